"""A consumer group of two members over the bus: the real inbox and deferral worker, and offsets as Kafka keeps them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.contracts.enrolment.learners import RecordingWatched
from shared.contracts.envelope import Envelope
from shared.messaging import outbox, wire
from shared.messaging.inbox import Handler, Inbox
from shared.postgres.database import INFRASTRUCTURE, Database, Transaction
from tests.support.delivery import NOW, TOPIC
from tests.support.model.bus import Bus, Record
from tests.support.model.handler_faults import HandlerFaults
from tests.support.model.journal import Journal, named
from tests.support.model.under_way import UnderWay, join

GROUP = "adder"
ECHOES = RecordingWatched.topic


class Fault(StrEnum):
    """What happens to a reader within its next handler, after the effect was written."""

    NONE = "nothing"
    CUT = "Postgres ends the connection"
    HANG = "it is stuck until it is let go on, or killed"


class Hand:
    """Runs handlers for one member or worker; an effect is a row, and an event of our own."""

    def __init__(
        self, name: str, db: Database, handler_faults: HandlerFaults, under_way: UnderWay, journal: Journal
    ) -> None:
        self.inbox = Inbox(GROUP, (Handler(RecordingPublished, self._note),), db)
        self.fault = Fault.NONE
        self.gate = asyncio.Event()
        self._handler_faults = handler_faults
        self._under_way = under_way
        self._seen = journal.seen
        self._journal = journal
        self.name = name

    async def _note(self, event: RecordingPublished, envelope: Envelope, tx: Transaction) -> None:
        join()
        await tx.execute(
            "insert into effect (key, version, event_id) values ($1, $2, $3)",
            envelope.key,
            envelope.sequence,
            envelope.id,
        )
        outbox.append(tx, _echo(event), at=envelope.time)
        what = f"  {self.name} handles {named(envelope.key)}#{envelope.sequence}"
        fault, self.fault = self.fault, Fault.NONE
        self._journal.note(f"{what}, and within it: {fault}")
        self._seen[f"in a handler: {fault}"] += 1
        if fault is Fault.CUT:
            await tx.execute("select pg_terminate_backend(pg_backend_pid())")
        if fault is Fault.HANG:
            await self._under_way.wait_at(self.gate)
        try:
            self._handler_faults.meet(event.recording_ref)
        except Exception as error:
            self._journal.note(f"{what}: {type(error).__name__}")
            raise


def _echo(event: RecordingPublished) -> RecordingWatched:
    return RecordingWatched(
        effective_at=NOW,
        person_id=event.cohort_id,
        session_id=event.session_id,
        cohort_id=event.cohort_id,
        programme_code=event.recording_ref,
    )


class Member(Hand):
    """Knows how far it has read in each partition, and what it has applied and not committed yet."""

    def __init__(
        self, name: str, db: Database, handler_faults: HandlerFaults, under_way: UnderWay, journal: Journal
    ) -> None:
        super().__init__(name, db, handler_faults, under_way, journal)
        self.position: dict[int, int] = {}
        self.applied: dict[int, int] = {}
        self.task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether it still applies what it polled."""
        return self.task is not None and not self.task.done()

    async def apply(self, partition: int, records: Sequence[Record], *, onwards: bool) -> None:
        """As the subscriber does; when Postgres goes away the records are polled, that is tried, again."""
        decoded = [wire.decode(record, record.topic) for record in records if record.readable]
        try:
            await self.inbox.apply([event for event in decoded if isinstance(event, wire.Event)])
        except INFRASTRUCTURE:
            self._journal.note(f"  {self.name} is to apply partition {partition} again")
            return
        self._journal.note(f"  {self.name} applied {len(records)} records of partition {partition}")
        if onwards:
            self.position[partition] = self.applied[partition] = records[-1].offset + 1


class Group:
    """Who reads what, and the committed offsets."""

    def __init__(
        self, db: Database, bus: Bus, handler_faults: HandlerFaults, under_way: UnderWay, journal: Journal
    ) -> None:
        self.committed: Counter[int] = Counter()
        self.overlooked: set[UUID] = set()
        self.members = [Member(f"member {n}", db, handler_faults, under_way, journal) for n in range(2)]
        self._owners: Counter[int] = Counter()
        self._bus = bus
        self._under_way = under_way
        self._seen = journal.seen
        self._journal = journal

    def poll(self, partition: int, most: int, fault: Fault, overlooks: int | None) -> None:
        """The owner begins to apply the next records; one that overlooks a record is not past it."""
        member = self.members[self.owner(partition)]
        start = member.position.get(partition, self.committed[partition])
        records = self._bus.logs[TOPIC, partition][start : start + most]
        if member.busy or not records:
            return
        if overlooks is not None:
            self.overlooked.add(records.pop(overlooks % len(records)).event_id)
        member.fault = fault
        self._seen["overlooked records"] += overlooks is not None
        member.task = self._under_way.begin(member.name, member.apply(partition, records, onwards=overlooks is None))

    def owner(self, partition: int) -> int:
        """Which member it is assigned to."""
        return self._owners[partition]

    def lag(self, partition: int) -> int:
        """Records whose offset is not committed yet."""
        return len(self._bus.logs[TOPIC, partition]) - self.committed[partition]

    def commit(self, which: int) -> None:
        """A member commits what it applied, for the partitions that are its own now; the rest is forgotten."""
        applied, self.members[which].applied = self.members[which].applied, {}
        self.committed.update({p: o - self.committed[p] for p, o in applied.items() if self._owners[p] == which})
        self._journal.note(f"  committed offsets: {sorted(self.committed.items())}")

    def rebalance(self, partition: int) -> None:
        """The partition goes to the other member, from the committed offset on; the first may be at it yet."""
        self._seen["rebalances in mid-handler"] += self.members[self.owner(partition)].busy
        self._owners[partition] = 1 - self._owners[partition]
        self.members[self.owner(partition)].position.pop(partition, None)

    def rewind(self, partition: int) -> None:
        """The group's offset is set back to the start, as after a loss of offsets."""
        self.committed[partition] = 0
        for member in self.members:
            member.position.pop(partition, None)
            member.applied.pop(partition, None)

    def let_go(self, which: int) -> None:
        """A member that is stuck goes on."""
        member = self.members[which]
        member.fault = Fault.NONE
        member.gate.set()
        member.gate = asyncio.Event()

    async def kill(self, which: int) -> None:
        """kill -9: what it was applying is undone, what it had not committed is read again."""
        member = self.members[which]
        self._seen["readers killed at work"] += member.busy
        if member.task is not None:
            await self._under_way.kill(member.task)
        member.fault, member.position, member.applied = Fault.NONE, {}, {}
        member.gate = asyncio.Event()
