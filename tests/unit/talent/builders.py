from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import uuid4

from services.talent.pools.domain.assessments import Judgement
from services.talent.pools.domain.members import Member, Position
from services.talent.reporting.domain.pools import AsAt, Cell, Pools
from shared.ids import PersonId, new_id

NOW = datetime(2020, 10, 5, 10, tzinfo=UTC)
AS_AT = AsAt(date(2021, 3, 31), datetime(2021, 3, 31, 20, tzinfo=UTC))


def a_judgement(months: int = 18, *, on: date = date(2020, 10, 1)) -> Judgement:
    return Judgement(months, on, PersonId(uuid4()))


def a_member(judgement: Judgement | None = None, *, system: str = "QGH", name: str = "Asha Bloom") -> Member:
    return Member(
        PersonId(new_id()),
        name,
        "asha.bloom@example.nhs.uk",
        Position("COO", "executive", system, "ACU"),
        judgement or a_judgement(),
        joined_at=NOW,
        contact_as_of=NOW,
    )


def a_cell(readiness: str = "ready_now", *, group: str = "COO", system: str = "QGH", service: str = "ACU") -> Cell:
    return Cell(readiness, group, system, service)  # pyright: ignore[reportArgumentType] one of four words


def counted(cells: Mapping[Cell, int], *, day: date = AS_AT.day) -> Pools:
    """The pools at a month's end as they are counted when it is over."""
    return Pools(AsAt(day, AS_AT.known_at), cells)
