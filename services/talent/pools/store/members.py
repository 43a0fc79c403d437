from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.talent.pools.domain.assessments import Judgement, Readiness
from services.talent.pools.domain.members import Member, MemberNotFound, Position
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Systems, systems

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, member: Member) -> bool:
    """Store a new member; False when the person is one already."""
    return await tx.fetchval(SQL["insert"], *_values(member), member.joined_at) is not None


async def insert_position(tx: Transaction, member: Member, *, held_from: date | None, at: datetime) -> None:
    """Add the member's present position to its history; None for the first."""
    await tx.execute(SQL["insert_position"], member.person_id, member.version, *_codes(member.position), held_from, at)


async def update(tx: Transaction, member: Member) -> None:
    """Store the member's new version."""
    await tx.execute(SQL["update"], *_values(member))


async def lock(tx: Transaction, person_id: PersonId) -> Member:
    """The member, held against other editors and assessors; MemberNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["lock"], person_id))


async def held(tx: Transaction, person_id: PersonId) -> Member | None:
    """The member, held against other editors; None where there is none."""
    row = await tx.fetchrow(SQL["lock"], person_id)
    return _member(row) if row else None


async def find(tx: Transaction, person_id: PersonId) -> Member:
    """The member; MemberNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["find"], person_id))


async def page(
    tx: Transaction,
    *,
    whose: Systems | Everyone,
    system: str | None,
    readiness: Readiness | None,
    after: UUID | None,
    limit: int,
) -> list[Member]:
    """Members in the order of their ids; of those people."""
    return [_member(row) for row in await tx.fetch(SQL["page"], systems(whose), system, readiness, after, limit)]


async def count(tx: Transaction) -> int:
    """How many there are."""
    return await tx.fetchval(SQL["count"])


async def lock_after(tx: Transaction, after: UUID | None, most: int) -> list[Member]:
    """The next members in the order of their ids, whom nobody edits until the commit."""
    return [_member(row) for row in await tx.fetch(SQL["lock_after"], after, most)]


def _found(row: "Record | None") -> Member:
    if row is None:
        raise MemberNotFound
    return _member(row)


def _member(row: "Record") -> Member:
    return Member(
        person_id=row["person_id"],
        name=row["name"],
        email=row["email"],
        position=Position(row["professional_group"], row["role_family"], row["system"], row["service_type"]),
        judgement=Judgement(row["horizon_months"], row["assessed_on"], row["decided_by"]),
        joined_at=row["joined_at"],
        contact_as_of=row["contact_as_of"],
        version=row["version"],
    )


def _values(member: Member) -> tuple[Any, ...]:
    judgement = member.judgement
    return (
        member.person_id,
        member.name,
        member.email,
        *_codes(member.position),
        judgement.readiness,
        judgement.horizon_months,
        judgement.assessed_on,
        judgement.decided_by,
        member.contact_as_of,
        member.version,
    )


def _codes(position: Position) -> tuple[str | None, ...]:
    return (position.professional_group, position.role_family, position.system, position.service_type)
