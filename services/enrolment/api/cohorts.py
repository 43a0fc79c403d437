from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, Field

from services.enrolment.api.access import Anyone, Lead
from services.enrolment.commands.cohorts import open_cohort
from services.enrolment.domain.cohorts import CohortId, CohortPlan, Rule
from services.enrolment.store import cohorts
from shared.fields import Code, Day, Moment, Title
from shared.london import midnight
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["cohorts"])

Number = Annotated[int, Field(ge=1, le=5_000)]


class CohortBody(Body):
    """A cohort as planned."""

    programme_code: Code
    title: Title
    seats: Number = Field(description="What the room holds.")
    places: Number = Field(description="What may be enrolled.")
    licences: Number | None = Field(None, description="Licences at hand, where each place needs one.")
    opens_at: Moment
    closes_at: Moment
    withdrawal_cutoff_days: Annotated[int, Field(ge=0, le=60)] = Field(5, description="Working days.")

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


class CohortView(View):
    """A cohort and its numbers."""

    cohort_id: UUID
    programme_code: str
    title: str
    seats: int
    places: int
    places_taken: int
    waiting: int
    rule: Rule = Field(description="How a freed place finds the next who waits.")
    licences: int | None
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    withdrawal_cutoff_days: int
    sessions: int
    first_session_at: AwareDatetime | None
    hands_on_until: AwareDatetime | None = Field(None, description="From then on a freed place stays free.")
    version: int


@router.post("/cohorts", status_code=201)
async def create_cohort(
    body: CohortBody,
    caller: Lead,
    once: Idempotent,
    now: Now,
    response: Response,
) -> CohortView:
    """Open a cohort for enrolment."""
    cohort = await once.run(CohortView, open_cohort, body.plan(), now=now)
    etag.set_on(response, cohort.version)
    return cohort


@router.get("/cohorts")
async def list_cohorts(
    caller: Anyone,
    db: Db,
    paging: Paging,
    programme: Code | None = None,
    starting_from: Annotated[Day | None, Query(alias="from", description="First session on that day or later.")] = None,
) -> Page[CohortView]:
    """Cohorts in the order they were opened."""
    found = await db.read(
        cohorts.page,
        programme_code=programme,
        starting_from=midnight(starting_from) if starting_from else None,
        after=paging.after_id(),
        limit=paging.fetch,
    )
    return paging.page([CohortView.model_validate(c) for c in found], key=lambda c: c.cohort_id)


@router.get("/cohorts/{cohort_id}")
async def get_cohort(
    cohort_id: UUID,
    caller: Anyone,
    db: Db,
    response: Response,
) -> CohortView:
    """One cohort."""
    cohort = await db.read(cohorts.find, CohortId(cohort_id))
    etag.set_on(response, cohort.version)
    return CohortView.model_validate(cohort)
