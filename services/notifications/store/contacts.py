"""Contact details, one row a person."""

from collections.abc import Collection, Mapping

from services.notifications.domain.contacts import Contact
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def upsert(tx: Transaction, contact: Contact) -> bool:
    """One service's words come in order and replace each other; between services the later moment counts.

    What is said again as it was keeps its later moment. Answers whether the person has another address than before.
    """
    values = (contact.person_id, contact.name, contact.email, contact.source, contact.as_of)
    return bool(await tx.fetchval(SQL["upsert"], *values))


async def hold(tx: Transaction, person_ids: Collection[PersonId]) -> Mapping[PersonId, str]:
    """The address of each, which stays as it is until the commit."""
    rows = await tx.fetch(SQL["hold"], list(person_ids))
    return {PersonId(row["person_id"]): row["email"] for row in rows}


async def find(tx: Transaction, person_id: PersonId) -> Contact | None:
    """The details, if any service announced them."""
    row = await tx.fetchrow(SQL["find"], person_id)
    return Contact(**row) if row else None
