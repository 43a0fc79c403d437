"""Invitations, requests and matches, by relationship; restricted."""

from typing import Literal
from uuid import UUID

from shared.contracts.envelope import Contract

Form = Literal["coaching", "mentoring"]


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


PUBLISHED: tuple[type[Contract], ...] = (
    CoachingInvited,
    CoachingRequested,
)
