from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.enrolment.commands.reach import internal_report, publish_snapshot, published_report
from services.enrolment.commands.reach_disclosure import ProfileName
from services.enrolment.domain.periods import Period
from services.enrolment.domain.reach_reports import Audience
from shared.errors import Forbidden
from shared.fields import Day
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.principal import OWN, REGION, ROLES, SYSTEM, Principal, allowed
from shared.web.views import Body, View

router = APIRouter(prefix="/v1/reports/reach", tags=["reports"])

_SCOPES = dict.fromkeys(ROLES, OWN) | {
    "region": REGION,
    "programme_lead": REGION,
    "system_lead": SYSTEM,
}
Percent = int | float
"""Whole in the published report, unrounded in the internal one."""

Reader = Annotated[Principal, allowed(**_SCOPES)]
First = Annotated[Day, Query(alias="from", description="First day, Europe/London.")]
Last = Annotated[Day, Query(alias="to", description="Last day, included.")]


class InternalReportRefused(Forbidden):
    """Exact counts of people are for those who answer for them; everybody may read the published report."""

    code = "internal_report_refused"


class SnapshotBody(Body):
    """Field names as in the report's query."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    profile: ProfileName = "annual_review"


class PeriodView(View):
    """Both days included."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")


class ShareView(View):
    """Per cent; null is hidden, or nothing to share."""

    enrolments: Percent | None
    attendances: Percent | None
    people: Percent | None


class RoleGroupView(View):
    """A role group as the annual review groups staff."""

    code: str
    enrolments: int | None
    percent: Percent | None
    attendances_percent: Percent | None
    people_percent: Percent | None


class ProgrammeReachView(View):
    """A programme with interventions in the period."""

    programme_code: str
    family: str
    title: str
    interventions: int
    enrolments: int | None


class FamilyReachView(View):
    """Programmes of one family with interventions in the period."""

    family: str
    programmes: int
    interventions: int
    enrolments: int | None


class SystemReachView(View):
    """A system in force in the period."""

    system: str
    name: str
    enrolments: int | None
    people: int | None


class PlannedView(View):
    """Opened in the period, starting outside it."""

    family: str
    programmes: int
    cohorts: int
    max_places: int


class ReachView(View):
    """Totals are exact; in the published report 1 to 7 people are hidden (null), others to the nearest five."""

    audience: Audience
    period: PeriodView
    interventions: int = Field(description="Cohorts whose first held session starts in the period.")
    enrolments: int = Field(description="Places held when those cohorts started.")
    people: int
    session_places: int = Field(description="Held sessions x people enrolled in them: the base of attendance.")
    attended: int = Field(description="Live or part, on the day.")
    attended_on_the_day_percent: Percent | None
    live_percent: Percent | None
    role_groups: list[RoleGroupView]
    female_percent: ShareView
    minority_ethnic_percent: ShareView = Field(description="Unknown stays in the base.")
    unknown_ethnicity_percent: Percent | None
    programmes: list[ProgrammeReachView]
    families: list[FamilyReachView]
    systems: list[SystemReachView]
    planned: list[PlannedView]
    waiting: int | None = Field(description="Still waiting for interventions of the period.")
    withdrawals: int | None = Field(description="Places given up in the period.")


class SnapshotCellView(View):
    """People after disclosure control."""

    dimension: str
    code: str
    people: int | None


class SnapshotView(View):
    """What was announced."""

    activity_id: UUID
    period_from: date
    period_to: date
    profile: str
    interventions: int
    enrolments: int
    attended_percent: int
    cells: list[SnapshotCellView]


@router.get("")
async def get_reach(
    *,
    first: First,
    last: Last,
    audience: Audience = "published",
    profile: ProfileName = "annual_review",
    caller: Reader,
    db: Db,
    now: Now,
) -> ReachView:
    """The academy's reach over a period; reading exact counts of people is noted."""
    period = Period(first, last)
    if audience == "published":
        return ReachView.model_validate(await db.run(published_report, period, profile=profile))
    if caller.scope == OWN:
        raise InternalReportRefused("exact counts are for the academy; ask for audience=published")
    report = await db.run(internal_report, period, systems=caller.visible_systems(), caller=caller.sub, now=now)
    return ReachView.model_validate(report)


@router.post("/snapshots", status_code=201)
async def create_snapshot(
    body: SnapshotBody,
    caller: Annotated[Principal, allowed(region=REGION)],
    once: Idempotent,
    now: Now,
) -> SnapshotView:
    """Announce the period's figures after disclosure control."""
    return await once.run(SnapshotView, publish_snapshot, Period(body.first, body.last), profile=body.profile, now=now)
