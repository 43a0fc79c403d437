from typing import TYPE_CHECKING, Any

from services.enrolment.catalogue.domain.programmes import Completion, Programme, ProgrammeNotFound
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, programme: Programme) -> bool:
    """Store a new programme; False when the code is taken."""
    return await tx.fetchval(SQL["insert"], *_values(programme)) is not None


async def update(tx: Transaction, programme: Programme) -> None:
    """Store the programme's new content."""
    await tx.execute(SQL["update"], *_values(programme))


async def lock(tx: Transaction, code: str) -> Programme:
    """The programme, held against other editors."""
    return _found(await tx.fetchrow(SQL["lock"], code))


async def find(tx: Transaction, code: str) -> Programme:
    """The programme; ProgrammeNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["find"], code))


async def provided_by(tx: Transaction, provider: str) -> frozenset[str]:
    """The codes of the programmes that the organisation runs."""
    return frozenset(row["programme_code"] for row in await tx.fetch(SQL["provided_by"], provider))


async def page(tx: Transaction, *, after: str | None, limit: int) -> list[Programme]:
    """Programmes in the order of their codes."""
    return [to_programme(row) for row in await tx.fetch(SQL["page"], after or "", limit)]


def to_programme(row: "Record") -> Programme:
    """A row of `programme` as the domain knows it; no number of sessions means every session."""
    return Programme(
        programme_code=row["programme_code"],
        family=row["family"],
        title=row["title"],
        levels=tuple(row["levels"]),
        audience=row["audience"],
        provider=row["provider"],
        awarding_body=row["awarding_body"],
        award=row["award"],
        completion=Completion("all" if row["attend"] is None else row["attend"], row["recordings_count"]),
        over_booking=row["over_booking"],
        late_entry=row["late_entry"],
        version=row["version"],
        retired_at=row["retired_at"],
    )


def _found(row: "Record | None") -> Programme:
    if row is None:
        raise ProgrammeNotFound
    return to_programme(row)


def _values(programme: Programme) -> tuple[Any, ...]:
    attend = programme.completion.attend
    return (
        programme.programme_code,
        programme.family,
        programme.title,
        list(programme.levels),
        programme.audience,
        programme.provider,
        programme.awarding_body,
        programme.award,
        None if attend == "all" else attend,
        programme.completion.recordings_count,
        programme.over_booking,
        programme.late_entry,
        programme.version,
        programme.retired_at,
    )
