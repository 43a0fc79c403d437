"""Keep what other services announce of how people can be reached.

An address that a person gives is not used before its holder has confirmed it: else anybody could have the academy write
to anybody. Until then mail goes where it went before, or waits.
"""

from enum import StrEnum

from services.notifications.contacts.domain.contacts import Confirming, Contact
from services.notifications.contacts.store import address_requests, contacts
from services.notifications.messages.domain.messages import Cause, Message, Purpose
from services.notifications.messages.store import messages
from shared.ids import PersonId
from shared.postgres.database import Transaction


class Confirmed(StrEnum):
    """What a link of a confirmation finds."""

    ASKED = "asked"
    DONE = "done"
    REPLACED = "replaced"


async def upsert_contact(tx: Transaction, contact: Contact, cause: Cause) -> None:
    """Words on one person are taken one by one; whose address it is decides how."""
    await contacts.take_turn(tx, contact.person_id)
    if contact.given_at is None:
        await _upsert_academys(tx, contact)
    else:
        await _upsert_own(tx, contact, cause)


async def _upsert_academys(tx: Transaction, contact: Contact) -> None:
    """An address of the academy's is used at once; what the person asked for before is over.

    Where the academy stands by the address that was asked for, mail moves at a person's wish: whoever is reached at the
    one of before is told of it all the same.
    """
    before = await contacts.find(tx, contact.person_id)
    await _use(tx, contact)
    asked = await contacts.find_unconfirmed(tx, contact.person_id)
    if asked is None:
        return
    if asked.reaches_like(await contacts.find(tx, contact.person_id)):
        await _use_latest(tx, contact, asked)
        await _ask_no_more(tx, contact.person_id)
    elif contact.counts_after(asked):
        await _ask_no_more(tx, contact.person_id)
        await _warn_no_more(tx, before)


async def _upsert_own(tx: Transaction, contact: Contact, cause: Cause) -> None:
    """An address of the person's own waits until its holder says yes; what is in use stays so, and is told of it."""
    in_use = await contacts.find(tx, contact.person_id)
    if in_use is not None and not contact.counts_after(in_use):
        return
    if contact.reaches_like(in_use):
        await _use(tx, contact)
        await _ask_no_more(tx, contact.person_id)
        await _warn_no_more(tx, in_use)
        return
    asked = await contacts.find_unconfirmed(tx, contact.person_id)
    await contacts.put_unconfirmed(tx, contact)
    if asked is None or not contact.reaches_like(asked) or contact.is_given_after(asked):
        await _ask(tx, contact, in_use, cause)


async def look_up(tx: Transaction, link: Confirming) -> Confirmed:
    """Whether the address of the link still waits to be confirmed, is in use already, or neither."""
    if link.is_of(await contacts.find_unconfirmed(tx, link.person_id)):
        return Confirmed.ASKED
    return Confirmed.DONE if link.is_of(await contacts.find(tx, link.person_id)) else Confirmed.REPLACED


async def confirm(tx: Transaction, link: Confirming) -> Confirmed:
    """The address is used from now on, as if the academy had given it; twice is once.

    The address of before is told of the request all the same: perhaps it was somebody else who said yes.
    """
    await contacts.take_turn(tx, link.person_id)
    asked = await contacts.find_unconfirmed(tx, link.person_id)
    if asked is not None and link.is_of(asked):
        await _use(tx, asked)
        await _ask_no_more(tx, link.person_id)
    return await look_up(tx, link)


async def _use(tx: Transaction, contact: Contact) -> None:
    """Messages that waited for the person become due; at a new address a confirmation that reached nobody is tried."""
    if await contacts.upsert(tx, contact):
        await messages.confirm_again(tx, contact.person_id)


async def _use_latest(tx: Transaction, contact: Contact, asked: Contact) -> None:
    """Both say one address; the later of them says the name."""
    if not contact.counts_after(asked):
        await _use(tx, asked)


async def _ask(tx: Transaction, contact: Contact, in_use: Contact | None, cause: Cause) -> None:
    """The last word is asked about, and of the mails that were to ask about earlier ones none leaves any more.

    A question that is still to leave keeps its turn. The address in use is told first, and not twice at once.
    """
    person_id, email = contact.person_id, contact.email
    if await address_requests.is_due(tx, person_id, Purpose.ADDRESS_CONFIRMATION, email):
        return
    await address_requests.supersede_questions(tx, person_id)
    at = await address_requests.next_turn(tx, person_id, email, now=cause.at)
    due = Cause(cause.event_id, cause.correlation_id, at)
    if in_use is not None and not await address_requests.is_due(tx, person_id, Purpose.ADDRESS_CHANGE, in_use.email):
        await messages.insert(tx, [Message(person_id, Purpose.ADDRESS_CHANGE, due, recipient=in_use.email)])
    await messages.insert(tx, [Message(person_id, Purpose.ADDRESS_CONFIRMATION, due, recipient=email)])


async def _ask_no_more(tx: Transaction, person_id: PersonId) -> None:
    await contacts.delete_unconfirmed(tx, person_id)
    await address_requests.supersede_questions(tx, person_id)


async def _warn_no_more(tx: Transaction, in_use: Contact | None) -> None:
    """Nothing became of the request; an address that was left before is told of its own."""
    if in_use is not None:
        await address_requests.supersede_warnings(tx, in_use.person_id, in_use.email)
