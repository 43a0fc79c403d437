from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from annotated_types import Ge
from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, Field

from services.talent.pools.domain.assessments import Readiness
from services.talent.reporting.commands.pools import count_exactly
from services.talent.reporting.commands.snapshots import count_for_all
from services.talent.reporting.domain.closed_months import DayNotPublished, KnownAtNotPublished, MonthNotClosed
from services.talent.reporting.domain.pools import DIMENSIONS, AsAt, Cell, DayAhead, Dimension, PoolTable
from shared.disclosure.rules import ALL, HIDDEN
from shared.errors import Forbidden
from shared.fields import IN_DIGITS, Day, Moment
from shared.reports.published import RevisionNotPublished
from shared.web.app import Db, Now
from shared.web.principal import PUBLISHED, REGION, ROLES, SYSTEM, Principal, allowed
from shared.web.refusals import refuses
from shared.web.tables import Entry, csv_file
from shared.web.views import View

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Audience = Literal["internal", "published"]

FORMED = datetime(2020, 4, 1, tzinfo=UTC)
"""The academy was formed; nothing was known before."""

MOST_REVISIONS = 10_000
"""A month has at most one a month."""

_SCOPES = dict.fromkeys(ROLES, PUBLISHED) | {
    "region": REGION,
    "talent_lead": REGION,
    "system_lead": SYSTEM,
}
Reader = Annotated[Principal, allowed(**_SCOPES)]


class InternalReportRefused(Forbidden):
    """Exact counts of people are for those who plan with them; everybody may read the published report."""

    code = "internal_report_refused"


class CountView(View):
    """People with one attribute; `all` where a breakdown of small numbers was merged."""

    code: str = Field(description="The attribute's code, or `all`.", examples=["ready_now"])
    people: int | None = Field(description="How many; null where so few are hidden.", examples=[12])
    hidden: str | None = Field(description="Why there is no number; null where there is one.", examples=[None])


class CellView(View):
    """People who share attributes; `all` of what they are not told apart by."""

    readiness: Readiness = Field(description="Of `/v1/codes/readiness`.")
    professional_group: str = Field(description="Of `/v1/codes/professional-groups`, or `all`.", examples=["CNO"])
    system: str = Field(description="Of `/v1/codes/systems`, or `all`.", examples=["all"])
    service_type: str = Field(description="Of `/v1/codes/service-types`, or `all`.", examples=["all"])
    people: int | None = Field(description="How many; null where so few are hidden.", examples=[12])
    hidden: str | None = Field(description="Why there is no number; null where there is one.", examples=[None])


class PoolReportView(View):
    """The pools as at a day; ask again in the same words, or for the same `revision`, and the answer is the same."""

    as_at: date = Field(description="The day.", examples=["2020-10-31"])
    known_at: AwareDatetime = Field(description="As far as it was known then.")
    audience: Audience = Field(description="Whom it is made for.", examples=["published"])
    revision: int | None = Field(
        description="Of published figures; what was counted otherwise later is the next. Null of exact counts.",
        examples=[1],
    )
    published_at: AwareDatetime | None = Field(description="UTC; null of exact counts.")
    people: int | None = Field(description="Everyone, each once; null where so few are hidden.", examples=[12])
    hidden: str | None = Field(description="Why there is no number; null where there is one.", examples=[None])
    readiness: list[CountView] = Field(description="By readiness.")
    professional_group: list[CountView] = Field(description="By professional group.")
    system: list[CountView] = Field(description="By integrated care system.")
    service_type: list[CountView] = Field(description="By kind of organisation.")
    cells: list[CellView] = Field(description="Published: readiness crossed with one attribute, each apart.")

    @classmethod
    def of(cls, table: PoolTable, audience: Audience) -> "PoolReportView":
        """The table as it is disclosed to the audience."""
        return cls(
            as_at=table.as_at.day,
            known_at=table.as_at.known_at,
            audience=audience,
            revision=table.revision,
            published_at=table.published_at,
            people=table.people,
            hidden=_why(table.people),
            readiness=_counts(table, "readiness"),
            professional_group=_counts(table, "professional_group"),
            system=_counts(table, "system"),
            service_type=_counts(table, "service_type"),
            cells=[_cell(cell, people) for cell, people in table.cells.items()],
        )


@refuses(KnownAtNotPublished, InternalReportRefused, DayAhead, DayNotPublished, MonthNotClosed, RevisionNotPublished)
async def _asked(
    *,
    caller: Reader,
    db: Db,
    now: Now,
    as_at: Annotated[
        Day | None, Query(description="The day. Published: the last of a closed month, the newest when not given.")
    ] = None,
    known_at: Annotated[
        Annotated[Moment, Ge(FORMED)] | None, Query(description="Internal: as far as known then, now when not given.")
    ] = None,
    revision: Annotated[
        int | None, Query(ge=1, le=MOST_REVISIONS, description="Published: the newest when not given."), IN_DIGITS
    ] = None,
    audience: Annotated[
        Audience, Query(description="`internal`: exact counts, for those who plan with them.")
    ] = "published",
) -> PoolReportView:
    """The report that was asked for; reading exact counts is noted."""
    if audience == "published":
        if known_at:
            raise KnownAtNotPublished("what is published stays as it was known then; ask for a revision")
        return PoolReportView.of(await db.read(count_for_all, as_at, revision=revision), audience)
    if caller.scope < SYSTEM:
        raise InternalReportRefused("exact counts are for those who plan with them; ask for audience=published")
    wanted = AsAt.asked(as_at, known_at, now=now)
    table = await db.run(count_exactly, wanted, whose=caller.in_systems(), caller=caller.sub, now=now)
    return PoolReportView.of(table, audience)


Asked = Annotated[PoolReportView, Depends(_asked)]


@router.get("/pools")
async def get_pools(caller: Reader, report: Asked) -> PoolReportView:
    """The pools by readiness, professional group, system and service type.

    Published are the last days of months that are over. Exact counts of any day are for those who plan with them, and
    reading them is noted.
    """
    return report


@router.get("/pools/lines.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def get_pools_as_csv(caller: Reader, report: Asked) -> Response:
    """The same report for spreadsheets: a line a count, and in place of a hidden one why it is hidden."""
    return csv_file(f"pools-{report.as_at}-{report.audience}", (*DIMENSIONS, "people"), _lines(report))


def _lines(report: PoolReportView) -> Iterator[Sequence[Entry]]:
    """What a line is not told apart by is `all`."""
    yield *(ALL for _ in DIMENSIONS), _told(report)
    for place, dimension in enumerate(DIMENSIONS):
        counts: list[CountView] = getattr(report, dimension)
        for count in (c for c in counts if c.code != ALL):
            yield *(count.code if n == place else ALL for n in range(len(DIMENSIONS))), _told(count)
    for cell in report.cells:
        yield cell.readiness, cell.professional_group, cell.system, cell.service_type, _told(cell)


def _told(line: PoolReportView | CountView | CellView) -> Entry:
    return line.hidden if line.people is None else line.people


def _counts(table: PoolTable, dimension: Dimension) -> list[CountView]:
    lines = table.margins[dimension].items()
    return [CountView(code=code, people=people, hidden=_why(people)) for code, people in lines]


def _cell(cell: Cell, people: int | None) -> CellView:
    return CellView(
        readiness=cell.readiness,
        professional_group=cell.professional_group,
        system=cell.system,
        service_type=cell.service_type,
        people=people,
        hidden=_why(people),
    )


def _why(people: int | None) -> str | None:
    return HIDDEN if people is None else None
