from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.talent.access import Keeper, Lead, Reader
from services.talent.pools.api.assessments import JudgementBody
from services.talent.pools.commands.members import upsert_member
from services.talent.pools.domain.assessments import AssessmentAhead, JudgementNotRecorded, NotInThePool, Readiness
from services.talent.pools.domain.members import Member, MemberNotFound, Position
from services.talent.pools.store import members
from shared.codes import UnknownCode
from shared.fields import Code, Email, PersonName
from shared.ids import PersonId
from shared.london import day_of
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.paging import Page, Paging
from shared.web.refusals import refuses
from shared.web.terms import Mail, Name, Person, PersonInPath, System, Time, Version
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["members"])


class MemberBody(JudgementBody):
    """A person, the position held, and the judgement the person joins with, or one recorded since."""

    name: PersonName = Field(description="As the person writes it.", examples=["Asha Patel"])
    email: Email = Field(description="Where mail to the person goes.", examples=["asha.patel@example.org"])
    professional_group: Code = Field(description="Of `/v1/codes/professional-groups`.", examples=["CNO"])
    role_family: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")] | None = Field(
        default=None,
        description="Kind of director, in a word of your own; null where it is not told.",
        examples=["chief_nurse"],
    )
    system: Code = Field(description="Integrated care system, of `/v1/codes/systems`.", examples=["QGH"])
    service_type: Code = Field(description="Kind of organisation, of `/v1/codes/service-types`.", examples=["ACU"])

    def member(self, person_id: UUID, *, at: datetime) -> Member:
        """The member as the domain knows it."""
        return Member(
            person_id=PersonId(person_id),
            name=self.name,
            email=self.email,
            position=Position(self.professional_group, self.role_family, self.system, self.service_type),
            judgement=self.judgement(),
            joined_at=at,
            contact_as_of=at,
        )


class MemberView(View):
    """A member with the judgement in force; `expired` is what the clock says of it."""

    person_id: Person
    name: Name
    email: Mail
    professional_group: str = Field(description="Of `/v1/codes/professional-groups`.", examples=["CNO"])
    role_family: str | None = Field(
        description="Kind of director; null where it is not told.", examples=["chief_nurse"]
    )
    system: System
    service_type: str = Field(description="Kind of organisation, of `/v1/codes/service-types`.", examples=["ACU"])
    readiness: Readiness = Field(
        description="When the person is ready, of `/v1/codes/readiness`; it follows from the months."
    )
    horizon_months: int = Field(description="In how many months, as judged.", examples=[6])
    assessed_on: date = Field(description="When people judged so.")
    valid_until: date = Field(description="The last day on which the judgement counts.", examples=["2021-10-12"])
    expired: bool = Field(description="Whether the judgement is past its last day.")
    decided_by: UUID = Field(description="Who answers for the judgement, by their person id.")
    joined_at: Time
    version: Version

    @classmethod
    def of(cls, member: Member, *, now: datetime) -> "MemberView":
        """The member as of a moment."""
        position, judgement = member.position, member.judgement
        return cls(
            person_id=member.person_id,
            name=member.name,
            email=member.email,
            professional_group=position.professional_group,
            role_family=position.role_family,
            system=position.system,
            service_type=position.service_type,
            readiness=judgement.readiness,
            horizon_months=judgement.horizon_months,
            assessed_on=judgement.assessed_on,
            valid_until=judgement.valid_until,
            expired=judgement.is_expired(day_of(now)),
            decided_by=judgement.decided_by,
            joined_at=member.joined_at,
            version=member.version,
        )


@router.put("/members/{person_id}", responses={201: {"model": MemberView}})
@refuses(UnknownCode, NotInThePool, AssessmentAhead, JudgementNotRecorded)
async def put_member(
    *,
    person_id: PersonInPath,
    body: MemberBody,
    caller: Keeper,
    if_match: IfMatch,
    db: Db,
    now: Now,
    response: Response,
) -> MemberView:
    """Let a person join the pools, or change their details (then send `If-Match`)."""
    written = await db.run(upsert_member, body.member(person_id, at=now), expected_version=if_match, now=now)
    return MemberView.of(etag.answer(response, written), now=now)


@router.get("/members")
async def list_members(
    *,
    caller: Lead,
    db: Db,
    now: Now,
    paging: Paging,
    system: Annotated[Code | None, Query(description="Of this system, as in `/v1/codes/systems`.")] = None,
    readiness: Annotated[Readiness | None, Query(description="Judged so, as in `/v1/codes/readiness`.")] = None,
) -> Page[MemberView]:
    """Members of the caller's systems in the order of their ids."""
    found = await db.read(
        members.page,
        whose=caller.in_systems(),
        system=system,
        readiness=readiness,
        after=paging.after_id(),
        limit=paging.fetch,
    )
    return paging.page([MemberView.of(m, now=now) for m in found], key=lambda m: m.person_id)


@router.get("/members/{person_id}")
@refuses(MemberNotFound)
async def get_member(person_id: PersonInPath, caller: Reader, db: Db, now: Now, response: Response) -> MemberView:
    """One member."""
    member = await db.read(members.find, PersonId(person_id))
    caller.must_see(MemberNotFound, person_id=member.person_id, system=member.position.system)
    etag.set_on(response, member.version)
    return MemberView.of(member, now=now)
