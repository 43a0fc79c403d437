from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, Field

from services.enrolment.reporting.api import reach_lines
from services.enrolment.reporting.commands.reach import internal_report
from services.enrolment.reporting.commands.snapshots import ANNOUNCED, RELEASES, announce, published_report
from services.enrolment.reporting.domain.closed_periods import PeriodNotClosed, PeriodNotPublished
from services.enrolment.reporting.domain.periods import Period, PeriodEndsBeforeItStarts
from services.enrolment.reporting.domain.reach_audiences import Profile
from services.enrolment.reporting.domain.reach_reports import Audience, ReachReport
from services.enrolment.reporting.events import NothingToAnnounce
from shared.errors import Forbidden
from shared.fields import IN_DIGITS, Day
from shared.reports.published import RevisionNotPublished
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.principal import PUBLISHED, REGION, ROLES, SYSTEM, Principal, allowed
from shared.web.refusals import refuses
from shared.web.tables import csv_file
from shared.web.terms import Programme, System
from shared.web.views import Body, View

router = APIRouter(prefix="/v1/reports/reach", tags=["reports"])

_SCOPES = dict.fromkeys(ROLES, PUBLISHED) | {
    "region": REGION,
    "programme_lead": REGION,
    "system_lead": SYSTEM,
}
Percent = int | float
"""Whole in the published report, unrounded in the internal one."""

Hidden = Field(description="Why counts of this row are null; null where nothing is hidden.", examples=[None])
_FAMILY = Field(description="Programmes reported together.", examples=["ilm"])
_INTERVENTIONS = Field(description="Cohorts whose first held session starts in the period.", examples=[4])
_ENROLMENTS = Field(description="Places held when those cohorts started; null where hidden.", examples=[75])
_PEOPLE = Field(description="Each once, however many places they held; null where hidden.", examples=[70])
_OF_ENROLMENTS = Field(description="Per cent of the places; null is hidden, or nothing to share.", examples=[62])
_OF_ATTENDANCES = Field(
    description="Per cent of attendances on the day; null is hidden, or nothing to share.", examples=[64]
)
_OF_PEOPLE = Field(description="Per cent of people; null is hidden, or nothing to share.", examples=[61])
_PROFILE = "`annual_review`: of a whole financial year what the annual review prints; `standard`: as of any period."
_FIRST, _LAST = "First day, Europe/London.", "Last day, included."

Reader = Annotated[Principal, allowed(**_SCOPES)]
First = Annotated[Day, Query(alias="from", description=_FIRST, examples=["2020-04-01"])]
Last = Annotated[Day, Query(alias="to", description=_LAST, examples=["2021-03-31"])]


class InternalReportRefused(Forbidden):
    """Exact counts of people are for those who answer for them; everybody may read the published report."""

    code = "internal_report_refused"


class SnapshotBody(Body):
    """A period whose figures are published; field names as in the report's query."""

    first: Day = Field(alias="from", description=_FIRST, examples=["2020-04-01"])
    last: Day = Field(alias="to", description=_LAST, examples=["2021-03-31"])
    profile: Profile = Field("annual_review", description=_PROFILE)


class PeriodView(View):
    """Both days included."""

    first: date = Field(serialization_alias="from", description=_FIRST, examples=["2020-04-01"])
    last: date = Field(serialization_alias="to", description=_LAST, examples=["2021-03-31"])


class ShareView(View):
    """Per cent; null is hidden, or nothing to share."""

    enrolments: Percent | None = _OF_ENROLMENTS
    attendances: Percent | None = _OF_ATTENDANCES
    people: Percent | None = _OF_PEOPLE
    hidden: str | None = Hidden


class RoleGroupView(View):
    """A role group as the annual review groups staff."""

    code: str = Field(description="As the annual review calls it.", examples=["nurses_midwives_ahps"])
    enrolments: int | None = _ENROLMENTS
    percent: Percent | None = _OF_ENROLMENTS
    attendances_percent: Percent | None = _OF_ATTENDANCES
    people_percent: Percent | None = _OF_PEOPLE
    hidden: str | None = Hidden


class ProgrammeReachView(View):
    """A programme with interventions in the period."""

    programme_code: Programme
    family: str = _FAMILY
    title: str = Field(description="What people call the programme.", examples=["Mary Seacole Programme"])
    interventions: int = _INTERVENTIONS
    enrolments: int | None = _ENROLMENTS
    hidden: str | None = Hidden


class FamilyReachView(View):
    """Programmes of one family with interventions in the period."""

    family: str = _FAMILY
    programmes: int = Field(description="How many of them had such a cohort.", examples=[1])
    interventions: int = _INTERVENTIONS
    enrolments: int | None = _ENROLMENTS
    hidden: str | None = Hidden


class SystemReachView(View):
    """A system in force in the period."""

    system: System
    name: str = Field(description="The system's name.", examples=["Herefordshire and Worcestershire"])
    enrolments: int | None = _ENROLMENTS
    people: int | None = _PEOPLE
    hidden: str | None = Hidden


class PlannedView(View):
    """Opened in the period, starting outside it."""

    family: str = _FAMILY
    programmes: int = Field(description="How many of them have such a cohort.", examples=[1])
    cohorts: int = Field(description="How many such cohorts there are.", examples=[2])
    max_places: int | None = Field(
        description="The largest cohort's. Published in the annual review only, null elsewhere: of a full cohort they "
        "are its people.",
        examples=[20],
    )


class ReachView(View):
    """Published counts of people are rounded to the nearest five, or null where they would tell of fewer than eight.

    Of a whole financial year the first revision's profile `annual_review` prints exactly what the annual review prints:
    the number of enrolments, the share attended on the day, and the enrolments' shares of three role groups, of women
    and of minority ethnic people.
    """

    audience: Audience = Field(description="Whom it is made for.", examples=["published"])
    period: PeriodView = Field(description="What it counts.")
    revision: int | None = Field(
        description="Of published figures: each correction makes the next. Null of exact counts.", examples=[1]
    )
    published_at: AwareDatetime | None = Field(
        description="Of published figures: when they were frozen; UTC. Null of exact counts."
    )
    interventions: int = _INTERVENTIONS
    enrolments: int | None = _ENROLMENTS
    people: int | None = _PEOPLE
    session_places: int | None = Field(
        description="Internal only: held sessions x people enrolled in them, the base of attendance.", examples=[None]
    )
    attended: int | None = Field(description="Internal only: live or part, on the day.", examples=[None])
    attended_on_the_day_percent: Percent | None = Field(
        description="Live or part, in per cent of held sessions x people enrolled in them; null is hidden, or no base.",
        examples=[81],
    )
    live_percent: Percent | None = Field(
        description="Live alone, in per cent of the same; null is hidden, or no base.", examples=[77]
    )
    role_groups: list[RoleGroupView] = Field(description="By role group.")
    female_percent: ShareView = Field(description="The share of women.")
    minority_ethnic_percent: ShareView = Field(
        description="The share of people of minority ethnic categories. Unknown stays in the base."
    )
    unknown_ethnicity_percent: Percent | None = Field(
        description="Per cent of the places held by people whose category is not known; null is hidden, or no base.",
        examples=[5],
    )
    programmes: list[ProgrammeReachView] = Field(description="By programme.")
    families: list[FamilyReachView] = Field(description="By family of programmes.")
    systems: list[SystemReachView] = Field(description="By integrated care system.")
    planned: list[PlannedView] = Field(description="Cohorts opened in the period that start outside it, by family.")
    waiting: int | None = Field(
        description="Still waiting for interventions of the period; null where hidden.", examples=[10]
    )
    withdrawals: int | None = Field(description="Places given up in the period; null where hidden.", examples=[10])
    hidden: dict[str, str] = Field(
        description="Why a field above is null, by its name, where it is hidden.", examples=[{}]
    )


class SnapshotCellView(View):
    """People after disclosure control."""

    dimension: str = Field(
        description="What people are told apart by: " + ", ".join(f"`{d}`" for d in ANNOUNCED) + ".",
        examples=["system"],
    )
    code: str = Field(description="Which of them, by its code.", examples=["QGH"])
    people: int | None = Field(description="How many; null where so few are hidden.", examples=[70])


class SnapshotView(View):
    """What was announced."""

    activity_id: UUID = Field(description="This announcement.")
    period_from: date = Field(description=_FIRST, examples=["2020-04-01"])
    period_to: date = Field(description=_LAST, examples=["2021-03-31"])
    profile: str = Field(description=_PROFILE, examples=["annual_review"])
    revision: int = Field(description="Which publication of the period.", examples=[1])
    interventions: int = _INTERVENTIONS
    enrolments: int = Field(description="Places held when those cohorts started.", examples=[75])
    attended_percent: int = Field(
        description="Live or part on the day, in per cent of held sessions x people enrolled in them.", examples=[81]
    )
    cells: list[SnapshotCellView] = Field(description="Counts of people, by what they are told apart by.")


@refuses(PeriodEndsBeforeItStarts, PeriodNotPublished, PeriodNotClosed, RevisionNotPublished, InternalReportRefused)
async def _asked(
    *,
    first: First,
    last: Last,
    audience: Annotated[
        Audience, Query(description="`internal`: exact counts, for those who answer for them.")
    ] = "published",
    profile: Annotated[Profile, Query(description=f"Published: {_PROFILE}")] = "annual_review",
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
@refuses(PeriodEndsBeforeItStarts, PeriodNotPublished, PeriodNotClosed, NothingToAnnounce)
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
