"""Events the talent service publishes."""

from typing import Literal
from uuid import UUID

from shared.contracts.contacts import ContactDetails
from shared.contracts.envelope import Contract, Payload
from shared.fields import Day, Text

Readiness = Literal["ready_now", "ready_soon", "between", "not_yet_ready"]


class _MemberEvent(Contract):
    topic = "talent.members"
    key_field = "person_id"

    person_id: UUID
    current: Readiness
    horizon_months: int
    valid_until: Day
    professional_group: Text
    system: Text
    service_type: Text
    decided_by: UUID


class PoolMemberJoined(_MemberEvent):
    """A person assessed through Aspire Together joins a pool."""


class PoolReadinessChanged(_MemberEvent):
    """People decided that a member's readiness is another one now."""

    previous: Readiness


class ContactChanged(ContactDetails):
    """A pool member's contact details: new, changed, or said again for a reader that lost them.

    `effective_at` is when they changed last: of what several services say of one person, the latest counts.
    """

    topic = "talent.contacts"


class PoolCell(Payload):
    """One cell of the pool table; `people` is None where small numbers are hidden."""

    readiness: Readiness
    professional_group: Text
    service_type: Text
    people: int | None


class PoolSnapshotPublished(Contract):
    """The pools of one system as at a date, after disclosure control."""

    topic = "talent.pools"
    key_field = "system"

    system: Text
    as_at: Day
    cells: tuple[PoolCell, ...]


PUBLISHED: tuple[type[Contract], ...] = (
    PoolMemberJoined,
    PoolReadinessChanged,
    ContactChanged,
    PoolSnapshotPublished,
)
