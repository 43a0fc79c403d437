"""What coaching announces: each domain object as its published contract."""

from datetime import datetime

from services.coaching.domain.practitioners import Practitioner
from services.coaching.domain.relationships import Relationship
from shared.contracts import coaching as published
from shared.contracts.envelope import Contract

ANNOUNCES: tuple[type[Contract], ...] = published.PUBLISHED


def practitioner_registered(practitioner: Practitioner, *, at: datetime) -> published.PractitionerRegistered:
    """Qualifications and capacity are the register's own business."""
    return published.PractitionerRegistered(
        effective_at=at,
        person_id=practitioner.person_id,
        origin=practitioner.entry.origin,
        kinds=practitioner.entry.kinds,
        half=practitioner.half,
        system=practitioner.entry.system,
    )


def contact_changed(practitioner: Practitioner) -> published.ContactChanged:
    """How the person is reached since the last change of it."""
    return published.ContactChanged(
        effective_at=practitioner.contact_as_of,
        person_id=practitioner.person_id,
        name=practitioner.entry.name,
        email=practitioner.entry.email,
    )


def coaching_invited(invitation: Relationship, *, at: datetime) -> published.CoachingInvited:
    """An offer, with its reason."""
    if invitation.invited_for is None:
        raise ValueError("an invitation is announced with its reason")
    return published.CoachingInvited(
        effective_at=at,
        relationship_id=invitation.relationship_id,
        person_id=invitation.person_id,
        form=invitation.form,
        reason=invitation.invited_for,
    )


def coaching_requested(request: Relationship, *, at: datetime) -> published.CoachingRequested:
    """The person asked."""
    return published.CoachingRequested(
        effective_at=at,
        relationship_id=request.relationship_id,
        person_id=request.person_id,
        form=request.form,
        prioritised=request.prioritised,
        reason=request.reason,
    )
