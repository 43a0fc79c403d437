"""Contact details, the one kind of event that carries personal data; only on the restricted contact topics."""

from typing import Literal
from uuid import UUID

from shared.contracts.envelope import Contract
from shared.fields import Moment, Text


class ContactDetails(Contract):
    """How a person can be reached; each service announces the people it meets first."""

    key_field = "person_id"

    person_id: UUID
    name: Text
    email: Text
    phone: Text | None = None
    channel: Literal["email", "sms"] = "email"
    locale: Text = "en-GB"
    email_given_at: Moment | None = None
    """When the person gave the address, which its holder confirms before it is used; None where the academy gave it."""
