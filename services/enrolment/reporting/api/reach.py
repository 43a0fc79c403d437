from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, Field

from services.enrolment.reporting.api import reach_lines
from services.enrolment.reporting.commands.reach import internal_report
from services.enrolment.reporting.commands.snapshots import RELEASES, announce, published_report
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach_audiences import Profile
from services.enrolment.reporting.domain.reach_reports import Audience, ReachReport
from shared.errors import Forbidden
from shared.fields import IN_DIGITS, Day
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.principal import PUBLISHED, REGION, ROLES, SYSTEM, Principal, allowed
from shared.web.tables import csv_file
from shared.web.views import Body, View

router = APIRouter(prefix="/v1/reports/reach", tags=["reports"])

_SCOPES = dict.fromkeys(ROLES, PUBLISHED) | {
    "region": REGION,
    "programme_lead": REGION,
    "system_lead": SYSTEM,
}
Percent = int | float
"""Whole in the published report, unrounded in the internal one."""

Hidden = Field(description="Why counts of this row are null; null where nothing is hidden.")

Reader = Annotated[Principal, allowed(**_SCOPES)]
First = Annotated[Day, Query(alias="from", description="First day, Europe/London.")]
Last = Annotated[Day, Query(alias="to", description="Last day, included.")]


class InternalReportRefused(Forbidden):
    """Exact counts of people are for those who answer for them; everybody may read the published report."""

    code = "internal_report_refused"


class SnapshotBody(Body):
    """A period whose figures are published; field names as in the report's query."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    profile: Profile = "annual_review"


class PeriodView(View):
    """Both days included."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")


class ShareView(View):
    """Per cent; null is hidden, or nothing to share."""

    enrolments: Percent | None
    attendances: Percent | None
    people: Percent | None
    hidden: str | None = Hidden


class RoleGroupView(View):
    """A role group as the annual review groups staff."""

    code: str
    enrolments: int | None
    percent: Percent | None
    attendances_percent: Percent | None
    people_percent: Percent | None
    hidden: str | None = Hidden


class ProgrammeReachView(View):
    """A programme with interventions in the period."""

    programme_code: str
    family: str
    title: str
    interventions: int
    enrolments: int | None
    hidden: str | None = Hidden


class FamilyReachView(View):
    """Programmes of one family with interventions in the period."""

    family: str
    programmes: int
    interventions: int
    enrolments: int | None
    hidden: str | None = Hidden


class SystemReachView(View):
    """A system in force in the period."""

    system: str
    name: str
    enrolments: int | None
    people: int | None
    hidden: str | None = Hidden


class PlannedView(View):
    """Opened in the period, starting outside it."""

    family: str
    programmes: int
    cohorts: int
    max_places: int | None = Field(
        description="The largest cohort's. Published in the annual review only: of a full cohort they are its people."
    )


class ReachView(View):
    """Published counts of people are rounded to the nearest five, or null where they would tell of fewer than eight.

    Of a whole financial year the first revision's profile `annual_review` prints exactly what the annual review prints:
    the number of enrolments, the share attended on the day, and the enrolments' shares of three role groups, of women
    and of minority ethnic people.
    """

    audience: Audience
    period: PeriodView
    revision: int | None = Field(description="Of published figures: each correction makes the next.")
    published_at: AwareDatetime | None = Field(description="Of published figures: when they were frozen.")
    interventions: int = Field(description="Cohorts whose first held session starts in the period.")
    enrolments: int | None = Field(description="Places held when those cohorts started.")
    people: int | None
    session_places: int | None = Field(
        description="Internal only: held sessions x people enrolled in them, the base of attendance."
    )
    attended: int | None = Field(description="Internal only: live or part, on the day.")
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
    hidden: dict[str, str] = Field(description="Why a field above is null, by its name, where it is hidden.")


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
    revision: int
    interventions: int
    enrolments: int
    attended_percent: int
    cells: list[SnapshotCellView]


async def _asked(
    *,
    first: First,
    last: Last,
    audience: Audience = "published",
    profile: Profile = "annual_review",
    revision: Annotated[
        int | None, Query(ge=1, le=10_000, description="Published: the newest when not given."), IN_DIGITS
    ] = None,
    caller: Reader,
    db: Db,
    now: Now,
) -> ReachReport:
    """The report that was asked for; reading exact counts is noted."""
    period = Period(first, last)
    if audience == "published":
        return await db.read(published_report, period, profile=profile, revision=revision)
    if caller.scope < SYSTEM:
        raise InternalReportRefused("exact counts are for the academy; ask for audience=published")
    return await db.run(internal_report, period, whose=caller.in_systems(), caller=caller.sub, now=now)


Asked = Annotated[ReachReport, Depends(_asked)]


@router.get("")
async def get_reach(caller: Reader, report: Asked) -> ReachView:
    """The academy's reach over a period.

    Published are whole calendar months, quarters and financial years once they are over. Exact counts of any period are
    for those who answer for them, and reading them is noted.
    """
    return ReachView.model_validate(report)


@router.get("/lines.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def get_reach_as_csv(caller: Reader, report: Asked) -> Response:
    """The same report for spreadsheets: a line a figure, and in place of a hidden one why it is hidden."""
    first, last = report.period.first, report.period.last
    return csv_file(f"reach-{first}-to-{last}-{report.audience}", reach_lines.HEADER, reach_lines.lines(report))


@router.post("/snapshots", status_code=201)
async def create_snapshot(
    body: SnapshotBody,
    caller: Annotated[Principal, allowed(region=REGION)],
    once: Idempotent,
    db: Db,
    now: Now,
) -> SnapshotView:
    """Announce what is published of a period; what is over by now is published first."""
    await RELEASES.publish_due(db, now)
    return await once.run(SnapshotView, announce, Period(body.first, body.last), profile=body.profile, now=now)
