"""What is announced of invitations and requests."""

from datetime import datetime

from services.coaching.relationships.domain.relationships import Relationship
from shared.contracts.coaching.relationships import CoachingInvited, CoachingRequested


def coaching_invited(invitation: Relationship, *, at: datetime) -> CoachingInvited:
    """An offer, with its reason."""
    if invitation.invited_for is None:
        raise ValueError("an invitation is announced with its reason")
    return CoachingInvited(
        effective_at=at,
        relationship_id=invitation.relationship_id,
        person_id=invitation.person_id,
        form=invitation.form,
        reason=invitation.invited_for,
    )


def coaching_requested(request: Relationship, *, at: datetime) -> CoachingRequested:
    """The person asked."""
    return CoachingRequested(
        effective_at=at,
        relationship_id=request.relationship_id,
        person_id=request.person_id,
        form=request.form,
        prioritised=request.prioritised,
        reason=request.reason,
    )
