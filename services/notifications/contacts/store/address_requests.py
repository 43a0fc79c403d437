"""When people asked to be written to at an address they gave: so many times a day, for a person and for an address."""

from datetime import datetime, timedelta

from services.notifications.contacts.domain.contacts import address_print
from services.notifications.messages.domain.messages import Purpose
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

MOST_A_DAY = 3
MOST_NEWCOMERS_A_DAY = 10
AGAIN_AFTER = timedelta(minutes=10)
"""How long a mail that was asked for twice may be on its way before it is worth another."""


async def supersede_questions(tx: Transaction, person_id: PersonId) -> None:
    """Of the person's addresses none is asked any more that has not been; a question that never was costs no turn."""
    await tx.execute(SQL["supersede_questions"], person_id)


async def supersede_warnings(tx: Transaction, person_id: PersonId, email: str) -> None:
    """What was to tell this address that another was asked for does not leave any more; other addresses are told."""
    await tx.execute(SQL["supersede_warnings"], person_id, email)


async def is_due(tx: Transaction, person_id: PersonId, purpose: Purpose, email: str) -> bool:
    """Whether such a mail to this address is still to leave."""
    return await tx.fetchval(SQL["is_due"], person_id, purpose, email)


async def next_turn(tx: Transaction, person_id: PersonId, email: str, *, now: datetime) -> datetime:
    """When the address may be asked: now, or when this person and this address have been asked about little enough.

    Others never use up a person's first question a day to an address, unless they are ten: else whoever gives somebody
    else's address keeps its holder from confirming it.
    """
    address = address_print(email)
    await tx.execute(SQL["take_turn"], address.hex())
    await tx.execute(SQL["forget"], now)
    limits = (MOST_A_DAY, MOST_NEWCOMERS_A_DAY, AGAIN_AFTER)
    return await tx.fetchval(SQL["next_turn"], person_id, address, now, *limits)
