"""What people do with events that stand still, by the real verbs."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from shared.messaging import recovery
from shared.messaging.recovery import Order, Selection
from shared.postgres.database import Database
from tests.support.delivery import TOPIC
from tests.support.model.journal import Journal

_ORDER = Order("operator", "the model says so", dry_run=False)
_OURS = Selection(topic=TOPIC)


class Operators:
    """Remember which dead letters were let go on, and which events have no effect here by decision."""

    def __init__(self, db: Database, topics: Sequence[str], journal: Journal) -> None:
        self.released: Counter[UUID] = Counter()
        self.skipped: set[UUID] = set()
        self._db = db
        self._topics = topics
        self._seen = journal.seen
        self._journal = journal

    async def replay(self) -> None:
        """All dead letters are to be tried again."""
        outcome = await self._db.run(recovery.replay, _OURS, _ORDER)
        self.released.update(outcome.event_ids)
        self._did("dead letters replayed", len(outcome.event_ids))

    async def skip(self) -> None:
        """All dead letters are passed over."""
        outcome = await self._db.run(recovery.skip, _OURS, _ORDER)
        self.released.update(outcome.event_ids)
        self.skipped.update(outcome.event_ids)
        self._did("dead letters skipped", len(outcome.event_ids))

    async def retry_parked(self) -> None:
        """All parked events are sent again as they are."""
        for topic in self._topics:
            outcome = await self._db.run(recovery.retry_parked, Selection(topic=topic), _ORDER)
            self._did("parked events retried", len(outcome.event_ids))

    async def skip_parked(self) -> None:
        """A marker is sent for each parked event of the writers; small, so that Kafka takes it."""
        outcome = await self._db.run(recovery.skip_parked, _OURS, _ORDER)
        self._did("parked events skipped", len(outcome.event_ids))

    def _did(self, what: str, events: int) -> None:
        self._seen[what] += events
        self._journal.note(f"  {what}: {events}")
