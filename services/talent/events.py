"""What talent announces: each domain object as its published contract."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.talent.domain.assessments import Readiness
from services.talent.domain.members import Member
from services.talent.domain.pools import Cell
from services.talent.domain.snapshots import Snapshot
from shared.contracts import talent as published
from shared.contracts.envelope import Contract
from shared.disclosure.rules import ALL

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


def system_snapshot(snapshot: Snapshot, system: str, *, at: datetime) -> published.PoolSnapshotPublished:
    """One system's pools, as far as they are printed."""
    of_system = {cell: people for cell, people in snapshot.cells("system").items() if cell.system == system}
    cells = {cell.merged(): people for cell, people in of_system.items()}
    return _snapshot_published(snapshot, system, snapshot.of_system(system), cells, at)


def region_snapshot(snapshot: Snapshot, *, at: datetime) -> published.PoolSnapshotPublished:
    """The pools of all systems, as far as they are printed."""
    cells = snapshot.cells() | snapshot.cells("professional_group") | snapshot.cells("service_type")
    return _snapshot_published(snapshot, ALL, snapshot.people, cells, at)


def _snapshot_published(
    snapshot: Snapshot, system: str, people: int | None, cells: Mapping[Cell, int | None], at: datetime
) -> published.PoolSnapshotPublished:
    return published.PoolSnapshotPublished(
        effective_at=at,
        system=system,
        as_at=snapshot.day,
        cells=tuple(_pool_cell(cell, count) for cell, count in cells.items()),
        people=people,
        revision=snapshot.revision,
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
