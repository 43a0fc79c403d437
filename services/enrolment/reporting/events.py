"""What is announced of the reach."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from services.enrolment.reporting.domain.reach_reports import ReachReport
from shared.contracts.enrolment.activity import ReachCell, ReachSnapshotPublished
from shared.errors import Conflict
from shared.ids import new_id


class NothingToAnnounce(Conflict):
    """So few people took part that not even their number may be told."""

    code = "nothing_to_announce"


def reach_snapshot(
    report: ReachReport, cells: Mapping[str, Iterable[tuple[str, int | None]]], *, profile: str, at: datetime
) -> ReachSnapshotPublished:
    """Only what is published: no count of people leaves before disclosure control."""
    if report.enrolments is None:
        raise NothingToAnnounce("fewer people took part than may be told")
    return ReachSnapshotPublished(
        effective_at=at,
        activity_id=new_id(),
        period_from=report.period.first,
        period_to=report.period.last,
        profile=profile,
        revision=report.revision or 1,
        interventions=report.interventions,
        enrolments=report.enrolments,
        attended_percent=int(report.attended_on_the_day_percent or 0),
        cells=tuple(
            ReachCell(dimension=dimension, code=code, people=people)
            for dimension, breakdown in cells.items()
            for code, people in breakdown
        ),
    )
