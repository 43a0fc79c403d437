from datetime import UTC, date, datetime
from typing import Annotated, Literal

from annotated_types import Ge
from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from services.talent.api.access import Keeper
from services.talent.commands.pools import count_exactly, count_for_all, publish_snapshots
from services.talent.domain.assessments import Readiness
from services.talent.domain.pools import AsAt, Cell, Dimension, PoolTable
from shared.errors import Forbidden
from shared.fields import Day, Moment
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.principal import OWN, REGION, ROLES, SYSTEM, Principal, allowed
from shared.web.views import Body, View

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Audience = Literal["internal", "published"]

FORMED = datetime(2020, 4, 1, tzinfo=UTC)
"""The academy was formed; nothing was known before."""

_SCOPES = dict.fromkeys(ROLES, OWN) | {
    "region": REGION,
    "talent_lead": REGION,
    "system_lead": SYSTEM,
}
Reader = Annotated[Principal, allowed(**_SCOPES)]


class InternalReportRefused(Forbidden):
    """Exact counts of people are for those who plan with them; everybody may read the published report."""

    code = "internal_report_refused"


class CountView(View):
    """People with one attribute; None is hidden."""

    code: str
    people: int | None


class CellView(View):
    """People who share all four attributes; None is hidden."""

    readiness: Readiness
    professional_group: str
    system: str
    service_type: str
    people: int | None


class PoolReportView(View):
    """The pools as at a day; ask again with the same `as_at` and `known_at` and the answer is the same."""

    as_at: date
    known_at: AwareDatetime
    audience: Audience
    people: int = Field(description="Everyone, each once; exact.")
    readiness: list[CountView]
    professional_group: list[CountView]
    system: list[CountView]
    service_type: list[CountView]
    cells: list[CellView]

    @classmethod
    def of(cls, table: PoolTable, audience: Audience) -> "PoolReportView":
        """The table as it is printed for the audience."""
        return cls(
            as_at=table.as_at.day,
            known_at=table.as_at.known_at,
            audience=audience,
            people=table.people,
            readiness=_counts(table, "readiness"),
            professional_group=_counts(table, "professional_group"),
            system=_counts(table, "system"),
            service_type=_counts(table, "service_type"),
            cells=[_cell(cell, people) for cell, people in table.cells.items()],
        )


class SnapshotsBody(Body):
    """The day the pools are announced as at."""

    as_at: Day


class SnapshotsView(View):
    """The systems whose pools were announced."""

    as_at: date
    known_at: AwareDatetime
    systems: tuple[str, ...]


@router.get("/pools")
async def read_pools(
    *,
    caller: Reader,
    db: Db,
    now: Now,
    as_at: Annotated[Day | None, Query(description="The day; today when not given.")] = None,
    known_at: Annotated[
        Annotated[Moment, Ge(FORMED)] | None, Query(description="As far as known then; now when not given.")
    ] = None,
    audience: Audience = "published",
) -> PoolReportView:
    """The pools by readiness, professional group, system and service type."""
    wanted = AsAt.asked(as_at, known_at, now=now)
    if audience == "published":
        return PoolReportView.of(await db.read(count_for_all, wanted), audience)
    if caller.scope < SYSTEM:
        raise InternalReportRefused("exact counts are for those who plan with them; ask for audience=published")
    table = await db.run(count_exactly, wanted, systems=caller.visible_systems(), caller=caller.sub, now=now)
    return PoolReportView.of(table, audience)


@router.post("/pools/snapshots", status_code=201)
async def create_snapshots(body: SnapshotsBody, caller: Keeper, once: Idempotent, now: Now) -> SnapshotsView:
    """Announce every system's pools, after disclosure control."""
    return await once.run(SnapshotsView, publish_snapshots, body.as_at, now=now)


def _counts(table: PoolTable, dimension: Dimension) -> list[CountView]:
    return [CountView(code=code, people=people) for code, people in table.margins[dimension].items()]


def _cell(cell: Cell, people: int | None) -> CellView:
    return CellView(
        readiness=cell.readiness,
        professional_group=cell.professional_group,
        system=cell.system,
        service_type=cell.service_type,
        people=people,
    )
