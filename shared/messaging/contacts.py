"""Contact details announced once more, for a reader that has lost them or is new: their topics keep seven days."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.contacts import ContactDetails
from shared.messaging import outbox
from shared.messaging.recovery import ActionContext, note
from shared.postgres.database import Transaction

MOST = 500
"""How many people are announced in one transaction."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom a service announces: how many in all, and the next after an id, in the order of their ids.

    The `next` are as they were announced last, and nobody edits them before the commit: an older address must not be
    announced after a newer one.
    """

    count: Callable[[Transaction], Awaitable[int]]
    next: Callable[[Transaction, UUID | None, int], Awaitable[Sequence[ContactDetails]]]


@dataclass(frozen=True, slots=True)
class Republished:
    """How many people were announced, or would be; `next` is the last of them where others may follow."""

    dry_run: bool
    people: int
    next: UUID | None


async def republish(
    tx: Transaction, contacts: Contacts, after: UUID | None, context: ActionContext, *, now: datetime
) -> Republished:
    """Announce the next people as they are; each keeps the moment of the last change, so that nothing newer yields.

    A dry run counts all, wherever it is to begin: counts from one id and from the next would tell who is among them.
    """
    if context.dry_run:
        return Republished(dry_run=True, people=await contacts.count(tx), next=None)
    page = await contacts.next(tx, after, MOST)
    for contact in page:
        outbox.append(tx, contact, at=now)
    if page:
        await note(tx, "republish_contacts", context, [])
    return Republished(dry_run=False, people=len(page), next=page[-1].person_id if len(page) == MOST else None)
