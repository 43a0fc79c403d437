from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.api.access import Anyone, Lead, must_know_system, plans
from services.enrolment.catalogue.api.programmes import Family
from services.enrolment.catalogue.api.reactions import Reacting
from services.enrolment.catalogue.commands.cohorts import cancel_cohort, edit_cohort, open_cohort
from services.enrolment.catalogue.domain.cohort_plans import (
    ClosesBeforeItOpens,
    CohortPlan,
    OverBookingNotAllowed,
    TooFewLicences,
)
from services.enrolment.catalogue.domain.cohorts import (
    Availability,
    Cohort,
    CohortCancelled,
    CohortNotFound,
    CohortOver,
    PlacesTaken,
    ProgrammeFixed,
    Rule,
    SessionOutsideCohort,
    Stage,
)
from services.enrolment.catalogue.domain.programmes import Level, ProgrammeNotFound, ProgrammeRetired
from services.enrolment.catalogue.store import cohorts, programmes
from shared.codes import UnknownCode
from shared.fields import Code, Day, Flag, Moment, Month, Title
from shared.ids import CohortId
from shared.london import midnight
from shared.london import month as month_of
from shared.postgres.database import Database
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.paging import CountedPage, Counting, Ordering, Paging
from shared.web.principal import NotYours, Principal
from shared.web.refusals import refuses
from shared.web.terms import CohortInPath, Programme, Version
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["cohorts"])

Number = Annotated[int, Field(ge=1, le=5_000)]

_TITLE = Field(description="What people call it, beside the programme's title.", examples=["Autumn 2020"])
_OPENS_AT = Field(description="From when people may enrol; UTC.", examples=["2020-09-01T08:00:00Z"])
_CLOSES_AT = Field(description="Until when people may enrol; UTC.", examples=["2020-10-05T17:00:00Z"])
_CUTOFF = "Working days before the first session's day; a place given up later is given up late."


class CohortBody(Body):
    """A cohort as planned."""

    programme_code: Code = Field(description="The programme it is a run of.", examples=["ILM5"])
    title: Title = _TITLE
    seats: Number = Field(description="What the room holds.", examples=[20])
    places: Number = Field(description="What may be enrolled.", examples=[20])
    licences: Number | None = Field(
        None, description="Licences at hand, where each place needs one; null where none does.", examples=[20]
    )
    opens_at: Moment = _OPENS_AT
    closes_at: Moment = _CLOSES_AT
    withdrawal_cutoff_days: Annotated[int, Field(ge=0, le=60)] = Field(5, description=_CUTOFF, examples=[5])

    def plan(self) -> CohortPlan:
        """The plan as the domain knows it."""
        return CohortPlan(
            programme_code=self.programme_code,
            title=self.title,
            seats=self.seats,
            places=self.places,
            licences=self.licences,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            withdrawal_cutoff_days=self.withdrawal_cutoff_days,
        )


class CancellationBody(Body):
    """Why something does not take place."""

    reason: Code = Field(
        description="Of `/v1/codes/cancellation-reasons`, never free text.", examples=["too_few_people"]
    )


_PLANNED = "Null to those who neither plan it nor run it."
_NUMBERS = ("seats", "places", "places_taken", "free", "waiting", "licences")
"""Of a full cohort, what may be held tells as much as what is held."""


class CohortView(View):
    """A cohort; its numbers are for those who plan it or run it, and None for everybody else."""

    cohort_id: UUID = Field(description="This cohort.")
    programme_code: Programme
    title: str = _TITLE
    availability: Availability = Field(
        "open",
        description=(
            "Of the places alone; `opens_at` and `closes_at` say when one may enrol. "
            "`few_left`: a fifth of the places or fewer; `waiting`: somebody waits, and comes first."
        ),
    )
    seats: int | None = Field(description=f"What the room holds. {_PLANNED}", examples=[20])
    places: int | None = Field(description=f"What may be enrolled. {_PLANNED}", examples=[20])
    places_taken: int | None = Field(description=f"Places that people hold. {_PLANNED}", examples=[17])
    free: int | None = Field(
        None, description=f"Places nobody holds; while somebody waits they are not for others. {_PLANNED}", examples=[3]
    )
    waiting: int | None = Field(description=f"How many wait for a place. {_PLANNED}", examples=[0])
    rule: Rule = Field(description="How a freed place finds the next who waits.")
    licences: int | None = Field(
        description=f"Licences at hand; null where no place needs one. {_PLANNED}", examples=[20]
    )
    opens_at: AwareDatetime = _OPENS_AT
    closes_at: AwareDatetime = _CLOSES_AT
    withdrawal_cutoff_days: int = Field(description=_CUTOFF, examples=[5])
    sessions: int = Field(description="How many have a date and are not cancelled.", examples=[6])
    first_session_at: AwareDatetime | None = Field(description="UTC; null while no session has a date.")
    promotes_until: AwareDatetime | None = Field(
        None, description="From then on a freed place stays free; null while no session has a date."
    )
    cancelled_at: AwareDatetime | None = Field(
        None, description="Since when it does not take place or go on; null while it does.", examples=[None]
    )
    cancellation_reason: str | None = Field(
        None, description="Of `/v1/codes/cancellation-reasons`; null while it takes place.", examples=[None]
    )
    version: Version

    def without_numbers(self) -> "CohortView":
        """As it is shown to whoever looks for a place."""
        return self.model_copy(update=dict.fromkeys(_NUMBERS))


Show = Callable[[Cohort], CohortView]

_NOT_SO_PLANNED = (ClosesBeforeItOpens, OverBookingNotAllowed, TooFewLicences)


@router.post("/cohorts", status_code=201)
@refuses(ProgrammeNotFound, ProgrammeRetired, *_NOT_SO_PLANNED)
async def create_cohort(
    body: CohortBody,
    caller: Lead,
    once: Idempotent,
    now: Now,
    response: Response,
) -> CohortView:
    """Open a cohort for enrolment."""
    cohort = await once.run(CohortView, open_cohort, body.plan(), by=caller.sub, now=now)
    etag.set_on(response, cohort.version)
    return cohort


@router.put("/cohorts/{cohort_id}")
@refuses(
    CohortNotFound,
    ProgrammeNotFound,
    CohortCancelled,
    ProgrammeFixed,
    PlacesTaken,
    SessionOutsideCohort,
    *_NOT_SO_PLANNED,
)
async def put_cohort(
    *,
    cohort_id: CohortInPath,
    body: CohortBody,
    caller: Lead,
    if_match: IfMatch,
    reactions: Reacting,
    db: Db,
    now: Now,
    response: Response,
) -> CohortView:
    """Change a cohort (send its ETag as `If-Match`); its programme stays. New places go to those who wait."""
    cohort = await db.run(
        edit_cohort,
        CohortId(cohort_id),
        body.plan(),
        expected_version=if_match,
        by=caller.sub,
        reactions=reactions,
        now=now,
    )
    etag.set_on(response, cohort.version)
    return CohortView.model_validate(cohort)


@router.post("/cohorts/{cohort_id}/cancellation")
@refuses(UnknownCode, CohortNotFound, CohortCancelled, CohortOver)
async def create_cohort_cancellation(
    *,
    cohort_id: CohortInPath,
    body: CancellationBody,
    caller: Lead,
    once: Idempotent,
    reactions: Reacting,
    now: Now,
    response: Response,
) -> CohortView:
    """Cancel a cohort: its sessions to come, its places and its waiting list end, and everybody in it is told.

    What was held stays as it was. It cannot be undone; open another cohort.
    """
    cohort = await once.run(
        CohortView, cancel_cohort, CohortId(cohort_id), body.reason, by=caller.sub, reactions=reactions, now=now
    )
    etag.set_on(response, cohort.version)
    return cohort


@router.get("/cohorts")
@refuses(NotYours)
async def list_cohorts(
    *,
    caller: Anyone,
    db: Db,
    now: Now,
    paging: Paging,
    programme: Annotated[Code | None, Query(description="Of this programme.", examples=["ILM5"])] = None,
    starting_from: Annotated[Day | None, Query(alias="from", description="First session on that day or later.")] = None,
    month: Annotated[Month | None, Query(description="First session in that month.", examples=["2020-10"])] = None,
    state: Annotated[Stage | None, Query(description="How it stands now, of `/v1/codes/cohort-states`.")] = None,
    system: Annotated[
        Code | None,
        Query(
            description="With a place or a wait of that system; for those who plan, and leads of that system.",
            examples=["QGH"],
        ),
    ] = None,
    family: Annotated[Family | None, Query(description="Of programmes of this family.", examples=["ilm"])] = None,
    level: Annotated[Level | None, Query(description="Of programmes about these, of `/v1/codes/levels`.")] = None,
    open_now: Annotated[
        Flag | None,
        Query(alias="open", description="Whether who asks now is let in, to a place or, where it is full, a wait."),
    ] = None,
    own: Annotated[Flag, Query(description="Only of programmes that your organisation provides.")] = False,
    order: Ordering = "oldest",
    count: Counting = False,
) -> CountedPage[CohortView]:
    """Cohorts by when they were opened."""
    if system is not None:
        must_know_system(caller, system)
    show = await shown_to(caller, db)
    wanted = cohorts.Wanted(
        programme_code=programme,
        starting_from=midnight(starting_from) if starting_from else None,
        starting_within=month_of(month) if month else None,
        stage=state,
        system=system,
        family=family,
        level=level,
        open=open_now,
        of_programmes=await provided_by(caller, db) if own else None,
    )
    found = await db.read(cohorts.page, wanted, order=order, now=now, after=paging.after_id(), limit=paging.fetch)
    number = await db.read(cohorts.count, wanted, now=now) if count else None
    return paging.counted([show(c) for c in found], key=lambda c: c.cohort_id, count=number)


async def shown_to(caller: Principal, db: Database) -> Show:
    """With the numbers of every cohort, of those of the caller's own programmes, or of none."""
    if plans(caller):
        return CohortView.model_validate
    own = await provided_by(caller, db)

    def show(cohort: Cohort) -> CohortView:
        view = CohortView.model_validate(cohort)
        return view if cohort.programme_code in own else view.without_numbers()

    return show


async def provided_by(caller: Principal, db: Database) -> frozenset[str]:
    """The codes of the programmes that the caller's organisation runs, where they run any."""
    if "provider" not in caller.roles or caller.organisation is None:
        return frozenset()
    return await db.read(programmes.provided_by, caller.organisation)
