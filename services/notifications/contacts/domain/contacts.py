"""How a person can be reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from hashlib import sha256
from typing import Self
from uuid import UUID

from shared.addresses import EmailUnusable, email_address
from shared.errors import NotFound
from shared.ids import PersonId
from shared.links import Links
from shared.text import leads_somewhere, tidied

LINK_LASTS = timedelta(hours=48)
_PAGE = "address"
_ID_BYTES = 16


class ContactUnknown(NotFound):
    """No service has announced contact details of this person."""

    code = "contact_unknown"
    message = "no contact details of this person have been announced"


class AddressUnusable(Exception):
    """No mail can be addressed with these details."""

    code = "address_unusable"


@dataclass(frozen=True, slots=True)
class Contact:
    """Name and e-mail as one service announced them; what is not used for sending is not kept.

    An e-mail that the person gave, at `given_at`, is not used before its holder has confirmed it.
    """

    person_id: PersonId
    name: str
    email: str
    source: str
    as_of: datetime
    given_at: datetime | None = None

    @classmethod
    def announced(
        cls,
        person_id: PersonId,
        name: str,
        email: str,
        *,
        source: str,
        as_of: datetime,
        given_at: datetime | None = None,
    ) -> Self:
        """White space and control characters are made plain, so that no name can break a header or a calendar file."""
        return cls(person_id, " ".join(tidied(name).split()), _sendable(email), source, as_of, given_at)

    def counts_after(self, other: "Contact") -> bool:
        """One service's words come in order and replace each other; between services the later moment counts."""
        return self.source == other.source or (self.as_of, self.source) > (other.as_of, other.source)

    def is_given_after(self, other: "Contact") -> bool:
        """Whether the person gave this later: the same word announced again is no new one, nor is another name."""
        return self.given_at is not None and other.given_at is not None and self.given_at > other.given_at

    def reaches_like(self, other: "Contact | None") -> bool:
        """Whether mail to both goes to one address: capitals make no other."""
        return other is not None and self.email.casefold() == other.email.casefold()


@dataclass(frozen=True, slots=True)
class Confirming:
    """What a link of a letter says to whoever holds the address: whose it is to be, and which it is."""

    person_id: PersonId
    address: bytes

    @classmethod
    def of(cls, person_id: PersonId, email: str) -> Self:
        """The address stands in a link as its print: it is not to be read there, though who guesses it can tell."""
        return cls(person_id, address_print(email))

    def signed(self, links: Links, *, at: datetime) -> str:
        """As a link carries it."""
        return links.stamped(_PAGE, self.person_id.bytes + self.address, at=at)

    @classmethod
    def read(cls, links: Links, signed: str, *, now: datetime) -> Self | None:
        """What the link says; None where it is none of ours, LinkExpired where its time is over."""
        said = links.about(_PAGE, signed, lasts=LINK_LASTS, now=now)
        if said is None or len(said) <= _ID_BYTES:
            return None
        return cls(PersonId(UUID(bytes=said[:_ID_BYTES])), said[_ID_BYTES:])

    def is_of(self, contact: "Contact | None") -> bool:
        """Whether the contact has the address of this link."""
        return contact is not None and self == self.of(contact.person_id, contact.email)


def address_print(email: str) -> bytes:
    """Tells two addresses apart; a plain print, by which a guess at an address can be checked."""
    return sha256(email.casefold().encode()).digest()


def sayable(name: str) -> str:
    """The name as a letter may say it; nothing where a mail program could make a link of it."""
    return "" if leads_somewhere(name) else name


def mailbox(name: str, email: str) -> Address:
    """The address as a mail header takes it; AddressUnusable where none can be made."""
    try:
        return Address(name, addr_spec=email_address(email))
    except (EmailUnusable, ValueError, IndexError, MessageError) as error:
        raise AddressUnusable from error


def _sendable(email: str) -> str:
    """The address as mail is sent to it; one to which none can be is kept as it was announced, for who looks for it."""
    try:
        return email_address(email)
    except EmailUnusable:
        return email.strip()
