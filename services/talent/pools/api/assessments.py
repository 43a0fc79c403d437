from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from services.talent.access import Keeper, Reader
from services.talent.pools.commands.assessments import assess
from services.talent.pools.domain.assessments import AssessmentAhead, Judgement, NotInThePool, Readiness
from services.talent.pools.domain.members import MemberNotFound
from services.talent.pools.store import assessments, members
from shared.fields import Day, Id
from shared.ids import PersonId
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.refusals import refuses
from shared.web.terms import Person, PersonInPath, Time
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["assessments"])


class JudgementBody(Body):
    """What people decided; up to 24 months, since beyond it nobody is in a pool."""

    horizon_months: int = Field(
        ge=0,
        le=600,
        description="In how many months the person is ready; 0 is now, above 24 nobody is in a pool.",
        examples=[6],
    )
    assessed_on: Day = Field(description="When people judged so; not in the future.")
    decided_by: Id = Field(description="Who answers for the judgement, by their person id.")

    def judgement(self) -> Judgement:
        """The judgement as the domain knows it."""
        return Judgement(self.horizon_months, self.assessed_on, PersonId(self.decided_by))


class AssessmentView(View):
    """An assessment as recorded; a later one for the same day supersedes it."""

    person_id: Person
    version: int = Field(description="From 1 on, in the order they were recorded.", examples=[1])
    readiness: Readiness = Field(
        description="When the person is ready, of `/v1/codes/readiness`; it follows from the months."
    )
    horizon_months: int = Field(description="In how many months, as judged.", examples=[6])
    assessed_on: date = Field(description="When people judged so.")
    valid_until: date = Field(description="The last day on which the judgement counts.", examples=["2021-10-12"])
    decided_by: UUID = Field(description="Who answers for the judgement, by their person id.")
    recorded_at: Time
    superseded_at: AwareDatetime | None = Field(
        description="When a later one for the same day took its place; null while none has.", examples=[None]
    )


@router.post("/members/{person_id}/assessments", status_code=201)
@refuses(MemberNotFound, NotInThePool, AssessmentAhead)
async def create_assessment(
    person_id: PersonInPath, body: JudgementBody, caller: Keeper, once: Idempotent, now: Now
) -> AssessmentView:
    """Record a judgement; the clock never changes one."""
    return await once.run(AssessmentView, assess, PersonId(person_id), body.judgement(), now=now)


@router.get("/members/{person_id}/assessments")
@refuses(MemberNotFound)
async def list_assessments(person_id: PersonInPath, caller: Reader, db: Db, paging: Paging) -> Page[AssessmentView]:
    """A member's assessments in the order they were recorded."""
    member = await db.read(members.find, PersonId(person_id))
    caller.must_see(MemberNotFound, person_id=member.person_id, system=member.position.system)
    found = await db.read(assessments.of_member, PersonId(person_id), after=paging.after_number(), limit=paging.fetch)
    return paging.page([AssessmentView.model_validate(a) for a in found], key=lambda a: a.version)
