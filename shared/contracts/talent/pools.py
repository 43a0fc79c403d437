"""The pools as counts after disclosure control, by system."""

from shared.contracts.envelope import Contract, Payload
from shared.contracts.talent.members import Readiness
from shared.fields import Day, Text


class PoolCell(Payload):
    """One cell of the pool table; `all` of what it is not told apart by. `people` is None where it is hidden."""

    readiness: Readiness
    professional_group: Text
    service_type: Text
    people: int | None


class PoolSnapshotPublished(Contract):
    """The pools of one system, or of `all`, as they are published of a month's end.

    `people` is None where it is hidden; no cells: nobody, or too few to be told apart. What was counted otherwise later
    is the next `revision`.
    """

    topic = "talent.pools"
    key_field = "system"

    system: Text
    as_at: Day
    cells: tuple[PoolCell, ...]
    people: int | None = None
    revision: int = 1


PUBLISHED: tuple[type[Contract], ...] = (PoolSnapshotPublished,)
