"""What people do with events that are stuck, by the real verbs."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from shared.messaging import recovery
from shared.messaging.actions import Name
from shared.messaging.recovery import ActionContext, Selection
from shared.postgres.database import Database, Transaction
from tests.support.actions import BY_NAME
from tests.support.delivery import TOPIC
from tests.support.model.journal import Journal
from tests.support.model.picture import SQL

if TYPE_CHECKING:
    from shared.postgres.database import Record

_CONTEXT = ActionContext("operator", "the model says so", dry_run=False)
_FIRST_TRY = ActionContext("operator", "the model looks first", dry_run=True)
_OURS = Selection(topic=TOPIC)


class Operators:
    """Remember which dead letters were let go on, and which events have no effect here by decision.

    `passed` are versions of a key that nobody waits for any more.
    """

    def __init__(self, db: Database, topics: Sequence[str], journal: Journal) -> None:
        self.released: Counter[UUID] = Counter()
        self.skipped: set[UUID] = set()
        self.passed: set[tuple[str, int]] = set()
        self._db = db
        self._topics = topics
        self._seen = journal.seen
        self._journal = journal

    async def replay(self) -> None:
        """All that stands first on its key is to be tried again."""
        self._did("events replayed", await self._perform("replay", _OURS))

    async def skip(self) -> None:
        """All dead letters are passed over."""
        self._pass("dead letters skipped", await self._perform("skip", _OURS))

    async def skip_these(self, event_ids: Sequence[UUID]) -> None:
        """Whatever stands first on its key is passed over, dead or not."""
        if event_ids:
            self._pass("heads skipped", await self._perform("skip", Selection(event_ids)))

    async def accept_gaps(self) -> None:
        """Nobody waits for what is missing any more."""
        rows = await self._perform("accept_gap", _OURS)
        self._did("gaps accepted", rows)
        self._pass_missing(rows)

    async def retry_parked(self) -> None:
        """All parked events are sent again as they are."""
        for topic in self._topics:
            outcome = await self._db.run(recovery.perform, BY_NAME["retry_parked"], Selection(topic=topic), _CONTEXT)
            self._count("parked events retried", len(outcome.event_ids))

    async def skip_parked(self) -> None:
        """A marker is sent for each parked event of the writers; small, so that Kafka takes it."""
        outcome = await self._db.run(recovery.perform, BY_NAME["skip_parked"], _OURS, _CONTEXT)
        self._count("parked events skipped", len(outcome.event_ids))

    async def _perform(self, name: Name, selection: Selection) -> "list[Record]":
        """What the action was about, as it stood before."""
        return await self._db.run(self._look_and_perform, name, selection)

    async def _look_and_perform(self, tx: Transaction, name: Name, selection: Selection) -> "list[Record]":
        """A dry run locks what it finds, so that it is known what state the action finds it in."""
        found = await recovery.perform(tx, BY_NAME[name], selection, _FIRST_TRY)
        if not found.event_ids:
            return []
        rows = await tx.fetch(SQL["heads"], found.event_ids)
        await recovery.perform(tx, BY_NAME[name], Selection(found.event_ids), _CONTEXT)
        return rows

    def _pass(self, what: str, rows: "list[Record]") -> None:
        self._did(what, rows)
        self._pass_missing(rows)
        self.skipped.update(row["event_id"] for row in rows)

    def _pass_missing(self, rows: "list[Record]") -> None:
        self.passed.update((row["key"], version) for row in rows for version in range(row["at"] + 1, row["version"]))

    def _did(self, what: str, rows: "list[Record]") -> None:
        self.released.update(row["event_id"] for row in rows if row["state"] == "dead")
        self._count(what, len(rows))

    def _count(self, what: str, events: int) -> None:
        self._seen[what] += events
        self._journal.note(f"  {what}: {events}")
