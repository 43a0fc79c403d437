"""How a person can be reached."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from typing import Self

from shared.addresses import EmailUnusable, email_address
from shared.errors import NotFound
from shared.ids import PersonId
from shared.text import tidied


class ContactUnknown(NotFound):
    """No service has announced contact details of this person."""

    code = "contact_unknown"


class AddressUnusable(Exception):
    """No mail can be addressed with these details."""

    code = "address_unusable"


@dataclass(frozen=True, slots=True)
class Contact:
    """Name and e-mail as one service announced them; what is not used for sending is not kept."""

    person_id: PersonId
    name: str
    email: str
    source: str
    as_of: datetime

    @classmethod
    def announced(cls, person_id: PersonId, name: str, email: str, *, source: str, as_of: datetime) -> Self:
        """White space and control characters are made plain, so that no name can break a header or a calendar file."""
        return cls(person_id, " ".join(tidied(name).split()), _sendable(email), source, as_of)


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
