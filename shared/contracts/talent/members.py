"""Pool members and their readiness, by person; restricted."""

from typing import Literal
from uuid import UUID

from shared.contracts.envelope import Contract
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


PUBLISHED: tuple[type[Contract], ...] = (
    PoolMemberJoined,
    PoolReadinessChanged,
)
