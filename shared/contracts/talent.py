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
    """One cell of the pool table; `all` of what it is not told apart by. `people` is None where it is hidden."""

    readiness: Readiness
    professional_group: Text
    service_type: Text
    people: int | None


class PoolSnapshotPublished(Contract):
    """The pools of one system, or of `all`, as they are published of a month's end.

    `people` is None where it is hidden; no cells: nobody, or too few to be told apart. What was counted otherwise later
    is the next `revision`.
    """

    topic = "talent.pools"
    key_field = "system"

    system: Text
    as_at: Day
    cells: tuple[PoolCell, ...]
    people: int | None = None
    revision: int = 1


PUBLISHED: tuple[type[Contract], ...] = (
    PoolMemberJoined,
    PoolReadinessChanged,
    ContactChanged,
    PoolSnapshotPublished,
)
