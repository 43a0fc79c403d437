"""What the academy did, as counts after disclosure control."""

from uuid import UUID

from shared.contracts.envelope import Contract, Payload
from shared.fields import Day, Text


class ReachCell(Payload):
    """One cell of a published table; `people` is None where small numbers are hidden."""

    dimension: Text
    code: Text
    people: int | None


class ReachSnapshotPublished(Contract):
    """What is published of a month, quarter or financial year that is over; a correction makes the next `revision`.

    Counts of people are rounded to the nearest five, or hidden; of a financial year the annual review's are exact.
    """

    topic = "enrolment.activity"
    key_field = "activity_id"

    activity_id: UUID
    period_from: Day
    period_to: Day
    profile: Text
    revision: int = 1
    interventions: int
    enrolments: int
    attended_percent: int
    cells: tuple[ReachCell, ...]


PUBLISHED: tuple[type[Contract], ...] = (ReachSnapshotPublished,)
