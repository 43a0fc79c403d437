"""Contact details, one row a person."""

from collections.abc import Collection, Mapping

from services.notifications.contacts.domain.contacts import Contact
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


async def take_turn(tx: Transaction, person_id: PersonId) -> None:
    """Words on one person come one after the other until the commit, whichever service says them."""
    await tx.execute(SQL["take_turn"], str(person_id))


async def find_unconfirmed(tx: Transaction, person_id: PersonId) -> Contact | None:
    """The last word of the person's own, if its address waits to be confirmed."""
    row = await tx.fetchrow(SQL["find_unconfirmed"], person_id)
    return Contact(**row) if row else None


async def put_unconfirmed(tx: Transaction, contact: Contact) -> None:
    """Of what a person asks for the last word counts."""
    values = (contact.person_id, contact.name, contact.email, contact.source, contact.as_of, contact.given_at)
    await tx.execute(SQL["put_unconfirmed"], *values)


async def delete_unconfirmed(tx: Transaction, person_id: PersonId) -> None:
    """Confirmed, or asked for no more."""
    await tx.execute(SQL["delete_unconfirmed"], person_id)


async def lock_shared(tx: Transaction, person_ids: Collection[PersonId]) -> Mapping[PersonId, str]:
    """The address of each, which stays as it is until the commit."""
    rows = await tx.fetch(SQL["lock_shared"], list(person_ids))
    return {PersonId(row["person_id"]): row["email"] for row in rows}


async def find(tx: Transaction, person_id: PersonId) -> Contact | None:
    """The details, if any service announced them."""
    row = await tx.fetchrow(SQL["find"], person_id)
    return Contact(**row) if row else None
