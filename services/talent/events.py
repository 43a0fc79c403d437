"""What talent announces: each domain object as its published contract."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.talent.domain.assessments import Readiness
from services.talent.domain.members import Member
from services.talent.domain.pools import Cell
from shared.contracts import talent as published
from shared.contracts.envelope import Contract

ANNOUNCES: tuple[type[Contract], ...] = published.PUBLISHED


def pool_member_joined(member: Member, *, at: datetime) -> published.PoolMemberJoined:
    """The pool a person joins, and until when the judgement holds."""
    return published.PoolMemberJoined(**_standing(member, at))


def pool_readiness_changed(member: Member, *, previous: Readiness, at: datetime) -> published.PoolReadinessChanged:
    """From one pool to another."""
    return published.PoolReadinessChanged(**_standing(member, at), previous=previous)


def contact_changed(member: Member) -> published.ContactChanged:
    """How the person is reached since the last change of it."""
    return published.ContactChanged(
        effective_at=member.contact_as_of, person_id=member.person_id, name=member.name, email=member.email
    )


def pool_snapshot_published(
    system: str, cells: Mapping[Cell, int | None], *, as_at: date, at: datetime
) -> published.PoolSnapshotPublished:
    """One system's pools; `cells` went through disclosure control."""
    return published.PoolSnapshotPublished(
        effective_at=at,
        system=system,
        as_at=as_at,
        cells=tuple(_pool_cell(cell, people) for cell, people in cells.items()),
    )


def _standing(member: Member, at: datetime) -> dict[str, Any]:
    return {
        "effective_at": at,
        "person_id": member.person_id,
        "current": member.judgement.readiness,
        "horizon_months": member.judgement.horizon_months,
        "valid_until": member.judgement.valid_until,
        "professional_group": member.post.professional_group,
        "system": member.post.system,
        "service_type": member.post.service_type,
        "decided_by": member.judgement.decided_by,
    }


def _pool_cell(cell: Cell, people: int | None) -> published.PoolCell:
    return published.PoolCell(
        readiness=cell.readiness,
        professional_group=cell.professional_group,
        service_type=cell.service_type,
        people=people,
    )
