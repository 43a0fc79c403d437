from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from services.enrolment.people.commands.learners import insert_learners, register_learner, upsert_learner
from services.enrolment.people.domain.learners import (
    Gender,
    Learner,
    LearnerExists,
    LearnerMayExist,
    LearnerNotFound,
    PhoneUnusable,
    SearchEmpty,
    SearchTooShort,
    search_words,
)
from services.enrolment.people.domain.organisations import OrganisationElsewhere
from services.enrolment.people.store import learners
from shared.codes import UnknownCode
from shared.fields import Code, Email, Id, PersonName, words
from shared.ids import PersonId, new_id
from shared.web import batches, etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.paging import CountedPage, Counting, Paging
from shared.web.principal import OWN, REGION, SYSTEM, NotYours, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import Mail, Name, Organisation, Person, PersonInPath, System, Version
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["learners"])


_PHONE = "Digits, spaces, `( )` and `-`, perhaps behind a `+`; null where there is none."
_STAFF_GROUP = Field(description="Of `/v1/codes/staff-groups`.", examples=["NMR"])
_PROFESSION = Field(description="Of `/v1/codes/professions`.", examples=["NUR"])
_BAND = Field(description="Of `/v1/codes/bands`.", examples=["6"])


class LearnerBody(Body):
    """A person's record; codes are those in force today."""

    name: PersonName = Field(description="As the person writes it.", examples=["Asha Patel"])
    email: Email = Field(description="Where mail to the person goes.", examples=["asha.patel@example.org"])
    phone: Annotated[str, words(40)] | None = Field(None, description=_PHONE, examples=["0115 496 0100"])
    system: Code = Field(description="Integrated care system, of `/v1/codes/systems`.", examples=["QGH"])
    organisation: Code = Field(
        description="Who the person works for, of `/v1/codes/organisations`; it lies in the system.",
        examples=["QGH01"],
    )
    staff_group: Code = _STAFF_GROUP
    profession: Code = _PROFESSION
    band: Code = _BAND
    gender: Gender = Field(description="As the person states it, of `/v1/codes/genders`.")
    ethnic_category: Code = Field(
        description="As the person states it, of `/v1/codes/ethnic-categories`.", examples=["H"]
    )

    def learner(self, person_id: UUID, *, at: datetime, given_at: datetime | None = None) -> Learner:
        """The record as the domain knows it; codes are written in capitals or not at all."""
        return Learner(
            person_id=PersonId(person_id),
            name=self.name,
            email=self.email,
            phone=self.phone,
            system=self.system,
            organisation=self.organisation,
            staff_group=self.staff_group,
            profession=self.profession,
            band=self.band,
            gender=self.gender,
            ethnic_category=self.ethnic_category,
            contact_as_of=at,
            email_given_at=given_at,
        )


class BatchRow(LearnerBody):
    """A record with its person."""

    person_id: Id = Field(description="The person, under an id of your own making.")


class BatchBody(Body):
    """New learners."""

    learners: list[batches.Row[BatchRow]] = Field(
        min_length=1, max_length=100, description="Up to a hundred, each answered by itself."
    )


class LearnerRowResult(batches.RowResult):
    """What became of one row."""

    outcome: Literal["created", "unchanged", "refused"] = Field(
        description="`unchanged`: the person is known with just this content."
    )


class BatchView(View):
    """One answer a learner, in order."""

    learners: list[LearnerRowResult] = Field(description="In the order of what was sent.")


class LearnerView(View):
    """A learner's own record."""

    person_id: Person
    name: Name
    email: Mail
    phone: str | None = Field(description="Null where there is none.", examples=["0115 496 0100"])
    system: System
    organisation: Organisation
    staff_group: str = _STAFF_GROUP
    profession: str = _PROFESSION
    band: str = _BAND
    gender: str | None = Field(
        description="Of `/v1/codes/genders`; null to system leads, but for their own.", examples=["female"]
    )
    ethnic_category: str | None = Field(
        description="Of `/v1/codes/ethnic-categories`; null to system leads, but for their own.", examples=["H"]
    )
    version: Version


_NOT_AS_KNOWN = (UnknownCode, OrganisationElsewhere, PhoneUnusable)


class FoundView(View):
    """Enough to tell people of one name apart."""

    person_id: Person
    name: Name
    email: Mail
    system: System
    organisation: Organisation
    staff_group: str = _STAFF_GROUP


@router.put("/learners/{person_id}", responses={201: {"model": LearnerView}})
@refuses(NotYours, *_NOT_AS_KNOWN)
async def put_learner(
    *,
    person_id: PersonInPath,
    body: LearnerBody,
    caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)],
    if_match: IfMatch,
    db: Db,
    now: Now,
    response: Response,
) -> LearnerView:
    """Register a learner, or change the record (then send `If-Match`).

    An e-mail that people give for themselves is confirmed by its holder before letters go there; given once more, it is
    asked about once more. Staff who save the record as it is stand by it: letters go there.
    """
    caller.must_act_for(person_id)
    wanted = body.learner(person_id, at=now, given_at=None if caller.scope == REGION else now)
    written = await db.run(upsert_learner, wanted, expected_version=if_match, now=now)
    return LearnerView.model_validate(etag.answer(response, written))


@router.post("/learners", status_code=201)
@refuses(LearnerExists, LearnerMayExist, *_NOT_AS_KNOWN)
async def create_learner(
    body: LearnerBody,
    caller: Annotated[Principal, allowed(programme_lead=REGION)],
    once: Idempotent,
    now: Now,
    response: Response,
) -> LearnerView:
    """Register a person and give them an id; 409 `learner_exists` names who is known under the e-mail already.

    Who gave the e-mail for themselves is named by 409 `learner_may_exist`: look whether it is the same person.
    Who shares an address with somebody else is put under an id of your own.
    """
    learner = body.learner(new_id(), at=now)
    registered = await once.run(LearnerView, register_learner, learner, now=now)
    etag.set_on(response, registered.version)
    return registered


@router.post("/learners/batch")
async def post_learners(
    body: BatchBody,
    caller: Annotated[Principal, allowed(programme_lead=REGION)],
    once: Idempotent,
    now: Now,
) -> BatchView:
    """Register up to a hundred learners at once; every row gets its own answer, and no stored record is changed."""
    rows = [row.learner(row.person_id, at=now) for row in batches.readable(body.learners)]
    answers = await once.run(list[LearnerRowResult], insert_learners, rows, now=now)
    return BatchView(learners=batches.answered(body.learners, answers, LearnerRowResult, field="learners"))


@router.get("/learners")
@refuses(SearchEmpty, SearchTooShort)
async def search_learners(
    *,
    name: Annotated[
        Annotated[str, words(100)] | None,
        Query(description="Beginnings of words of a name; accents and case do not matter.", examples=["asha pat"]),
    ] = None,
    email: Annotated[Email | None, Query(description="The whole address.", examples=["asha.patel@example.org"])] = None,
    organisation: Annotated[Code | None, Query(description="Of `/v1/codes/organisations`.", examples=["QGH01"])] = None,
    caller: Annotated[Principal, allowed(programme_lead=REGION, information_governance=REGION)],
    db: Db,
    paging: Paging,
    count: Counting = False,
) -> CountedPage[FoundView]:
    """Find learners by name, e-mail or organisation, or by several of them at once. Ordered by `person_id`."""
    if name is None and email is None and organisation is None:
        raise SearchEmpty("say whom you look for: by name, email or organisation")
    wanted = learners.Wanted(search_words(name) if name else (), email, organisation)
    found = await db.read(learners.search, wanted, after=paging.after_id(), limit=paging.fetch)
    number = await db.read(learners.count_found, wanted) if count else None
    return paging.counted([FoundView.model_validate(one) for one in found], key=lambda f: f.person_id, count=number)


@router.get("/learners/{person_id}")
@refuses(LearnerNotFound)
async def get_learner(
    person_id: PersonInPath,
    caller: Annotated[Principal, allowed(learner=OWN, system_lead=SYSTEM, programme_lead=REGION, region=REGION)],
    db: Db,
    response: Response,
) -> LearnerView:
    """One learner's record."""
    learner = await db.read(learners.find, PersonId(person_id))
    caller.must_see(LearnerNotFound, person_id=learner.person_id, system=learner.system)
    etag.set_on(response, learner.version)
    view = LearnerView.model_validate(learner)
    if caller.scope == SYSTEM and learner.person_id != caller.person_id:
        return view.model_copy(update={"gender": None, "ethnic_category": None})
    return view
