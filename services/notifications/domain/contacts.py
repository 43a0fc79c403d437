"""How a person can be reached."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from typing import Self

from shared.errors import NotFound
from shared.ids import PersonId


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
        """White space is made plain, so that no name can break a mail's header."""
        return cls(person_id, " ".join(name.split()), email.strip(), source, as_of)


def mailbox(name: str, email: str) -> Address:
    """The address as a mail header takes it; AddressUnusable where none can be made."""
    try:
        address = Address(name, addr_spec=email)
    except (ValueError, IndexError, MessageError) as error:
        raise AddressUnusable from error
    if not (address.username and address.domain and address.addr_spec.isascii()):
        raise AddressUnusable
    return address
