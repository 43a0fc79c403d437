from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.coaching.register.domain.codes import Kind
from services.coaching.register.domain.practitioners import Entry, Practitioner, PractitionerNotFound
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, practitioner: Practitioner) -> bool:
    """Store a new entry; False when the person is on the register already."""
    return await tx.fetchval(SQL["insert"], *_values(practitioner), practitioner.registered_at) is not None


async def update(tx: Transaction, practitioner: Practitioner) -> None:
    """Store the entry's new version."""
    await tx.execute(SQL["update"], *_values(practitioner))


async def lock(tx: Transaction, person_id: PersonId) -> Practitioner:
    """The entry, held against other editors; PractitionerNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["lock"], person_id))


async def held(tx: Transaction, person_id: PersonId) -> Practitioner | None:
    """The entry, held against other editors; None where there is none."""
    row = await tx.fetchrow(SQL["lock"], person_id)
    return _practitioner(row) if row else None


async def find(tx: Transaction, person_id: PersonId) -> Practitioner:
    """The entry; PractitionerNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["find"], person_id))


async def page(
    tx: Transaction, *, kind: Kind | None, system: str | None, after: UUID | None, limit: int
) -> list[Practitioner]:
    """Entries in the order of their ids, of one kind or system where given."""
    return [_practitioner(row) for row in await tx.fetch(SQL["page"], kind, system, after, limit)]


async def count(tx: Transaction) -> int:
    """How many there are."""
    return await tx.fetchval(SQL["count"])


async def lock_after(tx: Transaction, after: UUID | None, most: int) -> list[Practitioner]:
    """The next entries in the order of their ids, which nobody edits until the commit."""
    return [_practitioner(row) for row in await tx.fetch(SQL["lock_after"], after, most)]


def _found(row: "Record | None") -> Practitioner:
    if row is None:
        raise PractitionerNotFound
    return _practitioner(row)


def _practitioner(row: "Record") -> Practitioner:
    entry = Entry(
        name=row["name"],
        email=row["email"],
        kinds=tuple(row["kinds"]),
        origin=row["origin"],
        qualifications=tuple(row["qualifications"]),
        system=row["system"],
        capacity=row["capacity"],
    )
    return Practitioner(
        row["person_id"], entry, row["half"], row["registered_at"], row["contact_as_of"], row["version"]
    )


def _values(practitioner: Practitioner) -> tuple[Any, ...]:
    entry = practitioner.entry
    return (
        practitioner.person_id,
        entry.name,
        entry.email,
        list(entry.kinds),
        entry.origin,
        list(entry.qualifications),
        entry.system,
        practitioner.half,
        entry.capacity,
        practitioner.contact_as_of,
        practitioner.version,
    )
