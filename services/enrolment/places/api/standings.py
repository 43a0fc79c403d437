"""How people stand with a cohort, and how a person stands with each: places and waits."""

from datetime import date
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.domain.cohorts import CohortNotFound
from services.enrolment.catalogue.domain.working_days import BANK_HOLIDAYS
from services.enrolment.catalogue.store import cohorts
from services.enrolment.places.api.actions import withdrawing
from services.enrolment.places.api.enrolments import EnrolmentView
from services.enrolment.places.domain.actions import EnrolmentAction
from services.enrolment.places.domain.enrolments import Attendee, Standing, State
from services.enrolment.places.store import enrolments
from shared.errors import NotFound
from shared.ids import CohortId, PersonId
from shared.web.app import Db
from shared.web.paging import CountedPage, Counting, Page, Paging
from shared.web.principal import OWN, REGION, SYSTEM, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import CohortInPath, Name, Organisation, PersonInPath, Programme, System
from shared.whose import EVERYONE

router = APIRouter(prefix="/v1", tags=["enrolments"])

AllowedActions: TypeAlias = Annotated[
    list[EnrolmentAction],
    Field(
        description="What you may do to it now, and would not be refused for how it stands.", examples=[["withdraw"]]
    ),
]

_RANK = "Who is 1 gets the next place that is freed; null of what is no wait"


class AttendeeView(EnrolmentView):
    """An enrolment with the name and position of the person, and what the caller may do to it."""

    name: Name
    system: System
    organisation: Organisation
    rank: int | None = Field(
        description=f"{_RANK}, and to system leads: it tells how many of others wait.", examples=[None]
    )
    allowed_actions: AllowedActions

    @classmethod
    def of(cls, attendee: Attendee, caller: Principal) -> "AttendeeView":
        """The enrolment with the person's name and position, to that caller."""
        position = attendee.enrolment.position
        return cls(
            **dict(EnrolmentView.model_validate(attendee.enrolment)),
            name=attendee.name,
            system=position.system,
            organisation=position.organisation,
            rank=None if caller.scope == SYSTEM else attendee.rank,
            allowed_actions=withdrawing(attendee.enrolment, caller),
        )


class StandingView(EnrolmentView):
    """A person's own place or wait, with what it is in, and what the caller may do to it."""

    programme_code: Programme
    cohort_title: str = Field(description="What people call the cohort.", examples=["Autumn 2020"])
    first_session_at: AwareDatetime | None = Field(description="UTC; null while no session has a date.")
    in_time_until: date | None = Field(
        description="The last day in London to give up a place in time; null while no session has a date."
    )
    rank: int | None = Field(description=f"{_RANK}.", examples=[None])
    allowed_actions: AllowedActions

    @classmethod
    def of(cls, standing: Standing, caller: Principal) -> "StandingView":
        """To that caller."""
        cohort = standing.cohort
        return cls(
            **dict(EnrolmentView.model_validate(standing.enrolment)),
            programme_code=cohort.programme_code,
            cohort_title=cohort.title,
            first_session_at=cohort.first_session_at,
            in_time_until=cohort.cutoff_day(BANK_HOLIDAYS),
            rank=standing.rank,
            allowed_actions=withdrawing(standing.enrolment, caller),
        )


@router.get("/cohorts/{cohort_id}/enrolments")
@refuses(CohortNotFound)
async def list_attendees(
    *,
    cohort_id: CohortInPath,
    caller: Annotated[Principal, allowed(region=REGION, programme_lead=REGION, system_lead=SYSTEM, provider=OWN)],
    db: Db,
    paging: Paging,
    state: Annotated[State | None, Query(description="In this state, of `/v1/codes/enrolment-states`.")] = None,
    count: Counting = False,
) -> CountedPage[AttendeeView]:
    """Who holds or held a place, or waits; a system lead sees the own system's people, a provider the own cohorts."""
    providing = caller.scope == OWN
    await db.read(cohorts.find, CohortId(cohort_id), caller.provided() if providing else EVERYONE)
    theirs = CohortId(cohort_id), EVERYONE if providing else caller.in_systems()
    found = await db.read(enrolments.of_cohort, *theirs, state=state, after=paging.after_id(), limit=paging.fetch)
    number = await db.read(enrolments.count_of_cohort, *theirs, state=state) if count else None
    return paging.counted([AttendeeView.of(a, caller) for a in found], key=lambda a: a.enrolment_id, count=number)


@router.get("/learners/{person_id}/enrolments")
@refuses(NotFound)
async def list_own_enrolments(
    person_id: PersonInPath,
    caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION, region=REGION)],
    db: Db,
    paging: Paging,
) -> Page[StandingView]:
    """A learner's own record of places and waits."""
    caller.must_see(person_id=person_id)
    found = await db.read(enrolments.of_person, PersonId(person_id), after=paging.after_id(), limit=paging.fetch)
    return paging.page([StandingView.of(e, caller) for e in found], key=lambda e: e.enrolment_id)
