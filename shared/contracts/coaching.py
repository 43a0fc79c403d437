"""Events the coaching service publishes."""

from typing import Literal
from uuid import UUID

from shared.contracts.contacts import ContactDetails
from shared.contracts.envelope import Contract
from shared.fields import Text

Kind = Literal["coach", "mentor", "supervisor", "facilitator"]
Form = Literal["coaching", "mentoring"]


class PractitionerRegistered(Contract):
    """A coach, mentor, supervisor or 360 facilitator is on the register; migrated is never counted as added."""

    topic = "coaching.practitioners"
    key_field = "person_id"

    person_id: UUID
    origin: Literal["added", "migrated", "merged"]
    kinds: tuple[Kind, ...]
    half: Literal["east", "west"]
    system: Text


class _RelationshipEvent(Contract):
    topic = "coaching.relationships"
    key_field = "relationship_id"

    relationship_id: UUID
    person_id: UUID
    form: Form


class CoachingInvited(_RelationshipEvent):
    """An event elsewhere makes an invitation; only the person makes it a request."""

    reason: Literal["ready_soon"]


class CoachingRequested(_RelationshipEvent):
    """The person asked; `prioritised` where the request answers an invitation or a priority group."""

    prioritised: bool
    reason: Literal["invited", "priority_group", "none"]


class ContactChanged(ContactDetails):
    """A practitioner's contact details: new, changed, or said again for a reader that lost them.

    `effective_at` is when they changed last: of what several services say of one person, the latest counts.
    """

    topic = "coaching.contacts"


PUBLISHED: tuple[type[Contract], ...] = (
    PractitionerRegistered,
    CoachingInvited,
    CoachingRequested,
    ContactChanged,
)
