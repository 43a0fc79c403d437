from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING
from uuid import UUID

from services.notifications.messages.domain.messages import (
    Purpose,
    State,
)
from services.notifications.reporting.domain.message_counts import CausedMessages, MessageCount, OpenEnds
from shared.ids import EventId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record


SQL = Queries(__file__)


async def by_cause(
    tx: Transaction, *, purpose: Purpose | None, state: State | None, after: UUID | None, limit: int
) -> Sequence[CausedMessages]:
    """What became of the messages of a purpose and in a state, event by event, in the order of the events' ids."""
    rows = await tx.fetch(SQL["by_cause"], after, purpose, state, limit)
    return [_caused(EventId(cause), list(alike)) for cause, alike in groupby(rows, key=itemgetter("cause_event_id"))]


async def open_ends(tx: Transaction, without: Collection[Purpose]) -> OpenEnds:
    """Of how many messages nobody has said what became of them; some purposes left out."""
    row = await tx.fetchrow(SQL["open_ends"], sorted(without))
    return OpenEnds(**row) if row else OpenEnds()


async def counts(tx: Transaction) -> Sequence[MessageCount]:
    """How many messages of each purpose stand in each state."""
    return [
        MessageCount(Purpose(r["purpose"]), State(r["state"]), r["messages"]) for r in await tx.fetch(SQL["counts"])
    ]


def _caused(cause: EventId, alike: "Sequence[Record]") -> CausedMessages:
    """`alike` are the event's messages, counted where nothing tells them apart."""
    messages = Counter[State]()
    for row in alike:
        messages[State(row["state"])] += row["messages"]
    return CausedMessages(
        cause,
        tuple(sorted({Purpose(row["purpose"]) for row in alike})),
        messages,
        tuple(sorted({row["failure_code"] for row in alike if row["failure_code"]})),
        tuple(sorted({need for row in alike for need in row["waiting_for"]})),
        min(row["due_at"] for row in alike),
    )
