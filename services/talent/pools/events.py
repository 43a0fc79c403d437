"""What is announced of pool members."""

from datetime import datetime
from typing import Any

from services.talent.pools.domain.assessments import Readiness
from services.talent.pools.domain.members import Member
from shared.contracts.talent.contacts import ContactChanged
from shared.contracts.talent.members import PoolMemberJoined, PoolReadinessChanged


def pool_member_joined(member: Member, *, at: datetime) -> PoolMemberJoined:
    """The pool a person joins, and until when the judgement holds."""
    return PoolMemberJoined(**_standing(member, at))


def pool_readiness_changed(member: Member, *, previous: Readiness, at: datetime) -> PoolReadinessChanged:
    """From one pool to another."""
    return PoolReadinessChanged(**_standing(member, at), previous=previous)


def contact_changed(member: Member) -> ContactChanged:
    """How the person is reached since the last change of it."""
    return ContactChanged(
        effective_at=member.contact_as_of, person_id=member.person_id, name=member.name, email=member.email
    )


def _standing(member: Member, at: datetime) -> dict[str, Any]:
    return {
        "effective_at": at,
        "person_id": member.person_id,
        "current": member.judgement.readiness,
        "horizon_months": member.judgement.horizon_months,
        "valid_until": member.judgement.valid_until,
        "professional_group": member.position.professional_group,
        "system": member.position.system,
        "service_type": member.position.service_type,
        "decided_by": member.judgement.decided_by,
    }
