"""Events the talent service publishes."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.contracts.contacts import ContactDetails
from shared.contracts.envelope import Contract, Payload

Readiness = Literal["ready_now", "ready_soon", "between", "not_yet_ready"]


class _MemberEvent(Contract):
    topic = "talent.members"
    key_field = "person_id"

    person_id: UUID
    current: Readiness
    horizon_months: int
    valid_until: date
    professional_group: str
    system: str
    service_type: str
    decided_by: UUID


class PoolMemberJoined(_MemberEvent):
    """A person assessed through Aspire Together joins a pool."""


class PoolReadinessChanged(_MemberEvent):
    """People decided that a member's readiness is another one now."""

    previous: Readiness


class ContactChanged(ContactDetails):
    """A pool member's contact details, new or changed."""

    topic = "talent.contacts"


class PoolCell(Payload):
    """One cell of the pool table; `people` is None where small numbers are hidden."""

    readiness: Readiness
    professional_group: str
    service_type: str
    people: int | None


class PoolSnapshotPublished(Contract):
    """The pools of one system as at a date, after disclosure control."""

    topic = "talent.pools"
    key_field = "system"

    system: str
    as_at: date
    cells: tuple[PoolCell, ...]


PUBLISHED: tuple[type[Contract], ...] = (
    PoolMemberJoined,
    PoolReadinessChanged,
    ContactChanged,
    PoolSnapshotPublished,
)
