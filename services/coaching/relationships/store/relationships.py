from typing import TYPE_CHECKING
from uuid import UUID

from services.coaching.relationships.domain.relationships import (
    Form,
    Relationship,
    RelationshipId,
    RelationshipNotFound,
)
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, relationship: Relationship) -> bool:
    """Store a new invitation or request; False when the person has an open one of that form."""
    stored = await tx.fetchval(
        SQL["insert"],
        relationship.relationship_id,
        relationship.person_id,
        relationship.form,
        relationship.state,
        relationship.invited_for,
        relationship.invited_at,
        relationship.prioritised,
        relationship.reason,
        relationship.requested_at,
    )
    return stored is not None


async def lock_open(tx: Transaction, person_id: PersonId, form: Form) -> Relationship:
    """The person's open invitation or request of that form, held against others who take it up."""
    return _found(await tx.fetchrow(SQL["lock_open"], person_id, form))


async def save_request(tx: Transaction, relationship: Relationship) -> None:
    """Save that the person asked."""
    await tx.execute(
        SQL["save_request"],
        relationship.relationship_id,
        relationship.state,
        relationship.prioritised,
        relationship.reason,
        relationship.requested_at,
    )


async def find(tx: Transaction, relationship_id: RelationshipId) -> Relationship:
    """The relationship; RelationshipNotFound where there is none."""
    return _found(await tx.fetchrow(SQL["find"], relationship_id))


async def of_person(
    tx: Transaction, person_id: PersonId, *, invitations: bool, after: UUID | None, limit: int
) -> list[Relationship]:
    """A person's requests, and open invitations where they are asked for, in the order of their ids."""
    return [Relationship(**row) for row in await tx.fetch(SQL["of_person"], person_id, after, invitations, limit)]


def _found(row: "Record | None") -> Relationship:
    if row is None:
        raise RelationshipNotFound
    return Relationship(**row)
