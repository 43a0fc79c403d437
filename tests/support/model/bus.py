"""A broker in memory that can be told how to treat a batch; it takes or refuses a batch whole, as Kafka does.

Its producers behave as an idempotent aiokafka producer: after a failed batch a partition is lost to them for good.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from shared.messaging.lanes import lane_of
from shared.messaging.producer import Batch, BatchRefused, Blame, Headers
from tests.support.model.journal import Journal, named

Place: TypeAlias = tuple[str, int]
Stream: TypeAlias = tuple[str, str]

FITS = 4
"""Records a batch holds: so few that a busy partition needs several."""


class BrokerOutcome(StrEnum):
    """What becomes of a batch."""

    TAKEN = "taken"
    REFUSED = "refused, not for a record's sake"
    DOUBTED = "refused, perhaps for a record's sake"
    TAKEN_BUT_FAILED = "taken, and an error is answered"
    TAKEN_BUT_SILENT = "taken, and nothing is answered"
    DELAYED = "on the wire until somebody lets it arrive"


@dataclass(frozen=True, slots=True)
class Record:
    """A record in a log, with what `wire.decode` reads of it."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Headers
    readable: bool = True

    def header(self, name: str) -> str:
        """The text of a header; empty when it is not there."""
        return dict(self.headers).get(name, b"").decode()

    @property
    def event_id(self) -> UUID:
        return UUID(self.header("ce_id"))

    @property
    def version(self) -> int:
        """`ce_sequence`."""
        return int(self.header("ce_sequence"))

    @property
    def stream(self) -> Stream:
        """Topic and key: what versions are counted in."""
        return self.topic, self.key.decode()


@dataclass(slots=True)
class Builder:
    """Stands in for aiokafka's batch builder."""

    rows: list[tuple[bytes, bytes, Headers]] = field(default_factory=list[tuple[bytes, bytes, Headers]])

    def append(self, *, timestamp: None, key: bytes, value: bytes, headers: Headers) -> object:  # noqa: ARG002 the broker's
        """None when the batch is full."""
        if len(self.rows) == FITS:
            return None
        self.rows.append((key, value, headers))
        return self

    def close(self) -> None:
        """Nothing is added from now on."""


@dataclass(slots=True, eq=False)
class Parcel:
    """A batch that was sent; `written` once it is in the log."""

    producer: "Producer"
    place: Place
    rows: list[tuple[bytes, bytes, Headers]]
    answer: "asyncio.Future[None]"
    written: bool = False

    @property
    def event_ids(self) -> list[UUID]:
        return [UUID(dict(headers)["ce_id"].decode()) for _, _, headers in self.rows]

    def __str__(self) -> str:
        heads = [(key, dict(headers)) for key, _, headers in self.rows]
        events = ", ".join(f"{named(key.decode())}#{head['ce_sequence'].decode()}" for key, head in heads)
        return f"{self.place[0]}/{self.place[1]} [{events}]"

    def refuse(self, reason: str, blame: Blame = Blame.MOMENT) -> None:
        """Answer with an error, if anybody still waits for an answer."""
        if not self.answer.done():
            self.answer.set_exception(BatchRefused(reason, blame))

    def accept(self) -> None:
        self.answer.set_result(None)


class Suspicions:
    """What the broker itself knows against a record: all that a relay may have come to believe."""

    def __init__(self) -> None:
        self.guilty: set[UUID] = set()
        """Refused alone for certain, or doubted alone once more after another record of its place was taken."""

        self._doubted: defaultdict[Place, set[UUID]] = defaultdict(set)
        self._compared: set[UUID] = set()

    def refuse(self, parcel: Parcel, blame: Blame) -> None:
        """Only what is refused alone is told from others."""
        if len(parcel.rows) == 1:
            (event_id,) = parcel.event_ids
            if blame is Blame.RECORD or event_id in self._compared:
                self.guilty.add(event_id)
            self._doubted[parcel.place].add(event_id)

    def take(self, parcel: Parcel) -> None:
        """Whoever was doubted here is compared with these, unless it is one of them."""
        doubted = self._doubted[parcel.place]
        doubted.difference_update(parcel.event_ids)
        self._compared.difference_update(parcel.event_ids)
        self._compared |= doubted


class Bus:
    """The logs, what is on the wire, and whatever was done that a real broker would not forgive."""

    def __init__(self, journal: Journal) -> None:
        """The journal counts and tells what really happened."""
        self.logs: defaultdict[Place, list[Record]] = defaultdict(list)
        self.firsts: defaultdict[Stream, list[Record]] = defaultdict(list)
        self.wrongs: list[str] = []
        self.broker_outcomes: deque[BrokerOutcome] = deque()
        self.too_large: set[UUID] = set()
        self.unreadable: set[UUID] = set()
        self.invalid: set[UUID] = set()
        self.ill: set[int] = set()
        self.suspicions = Suspicions()
        self.flushes_on_stop = True
        self._unanswered: list[Parcel] = []
        self._seen = journal.seen
        self._journal = journal

    def producer(self) -> "Producer":
        """A new producer, as the relay's `new_producer` makes one."""
        self._seen["producers"] += 1
        return Producer(self)

    def carry(self, parcel: Parcel) -> None:
        """Treat the batch as its outcome says; a record that Kafka will not have is the outcome of its whole batch."""
        if self.too_large.intersection(parcel.event_ids):
            self._seen["refused for a record"] += 1
            self._journal.note(f"  sent {parcel}: too large")
            self._refuse_for_a_record(parcel, "MessageSizeTooLargeError", Blame.RECORD)
            return
        outcome = self._outcome_of(parcel)
        self._seen[f"batch {outcome}"] += 1
        self._journal.note(f"  sent {parcel}: {outcome}")
        self._meet(parcel, outcome)

    def _outcome_of(self, parcel: Parcel) -> BrokerOutcome:
        """What is invalid and where the broker is ill is told by the same answer."""
        if parcel.place[1] in self.ill or self.invalid.intersection(parcel.event_ids):
            return BrokerOutcome.DOUBTED
        return self.broker_outcomes.popleft() if self.broker_outcomes else BrokerOutcome.TAKEN

    def _refuse_for_a_record(self, parcel: Parcel, reason: str, blame: Blame) -> None:
        self.suspicions.refuse(parcel, blame)
        parcel.refuse(reason, blame)

    def _meet(self, parcel: Parcel, outcome: BrokerOutcome) -> None:
        if outcome in {BrokerOutcome.TAKEN, BrokerOutcome.TAKEN_BUT_FAILED, BrokerOutcome.TAKEN_BUT_SILENT}:
            self._write(parcel)
        if outcome is BrokerOutcome.TAKEN:
            self._accept(parcel)
        elif outcome in {BrokerOutcome.DELAYED, BrokerOutcome.TAKEN_BUT_SILENT}:
            self._unanswered.append(parcel)
        elif outcome is BrokerOutcome.DOUBTED:
            self._refuse_for_a_record(parcel, "UnknownError", Blame.DOUBT)
        else:
            parcel.refuse("RequestTimedOutError")

    def arrive(self, which: int, *, taken: bool) -> None:
        """A batch that was on its way is taken and acknowledged, or refused, whether or not its sender still lives."""
        if self._unanswered:
            self._end(self._unanswered.pop(which % len(self._unanswered)), taken=taken)

    def arrive_all(self, *, of: "Producer | None" = None) -> None:
        """Nothing is on its way any more, of this producer or at all."""
        for parcel in [p for p in self._unanswered if of is None or p.producer is of]:
            self._unanswered.remove(parcel)
            self._end(parcel, taken=True)

    def _end(self, parcel: Parcel, *, taken: bool) -> None:
        self._journal.note(f"  ended {parcel}: {'taken' if taken else 'refused'}")
        if taken and not parcel.written:
            self._seen["late arrivals"] += parcel.answer.done()
            self._write(parcel)
        if taken:
            self._accept(parcel)
        else:
            parcel.refuse("RequestTimedOutError")

    def _accept(self, parcel: Parcel) -> None:
        """Taken is what a relay may have heard of."""
        if not parcel.answer.done():
            self.suspicions.take(parcel)
            parcel.accept()

    def _write(self, parcel: Parcel) -> None:
        parcel.written = True
        topic, partition = parcel.place
        for key, value, headers in parcel.rows:
            log = self.logs[parcel.place]
            record = Record(topic, partition, len(log), key, value, headers)
            if record.event_id in self.unreadable:
                record = replace(record, readable=False)
                self._seen["unreadable records"] += 1
            log.append(record)
            self.wrongs += self._wrong_with(record)

    def _wrong_with(self, record: Record) -> Iterator[str]:
        """First occurrences are 1, 2, 3 …; what comes again is the same event; and all in the key's partition."""
        if record.partition != lane_of(record.key.decode()):
            yield f"{record.stream} is in partition {record.partition}"
        firsts = self.firsts[record.stream]
        if record.version == len(firsts) + 1:
            firsts.append(record)
        elif record.version > len(firsts) + 1:
            yield f"{record.stream}: {record.version} is first seen after {len(firsts)}"
        elif firsts[record.version - 1].event_id == record.event_id:
            self._seen["duplicates in a topic"] += 1
        else:
            yield f"{record.stream}: two events have version {record.version}"


class Producer:
    """The relay's `ProducerPort` for this bus."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._stopped = False
        self._out_of_sequence: set[Place] = set()

    async def start(self) -> None:
        """The bus is always there."""

    async def stop(self) -> None:
        """What it still carries is delivered, or left to its outcome when the process is gone."""
        self._stopped = True
        if self._bus.flushes_on_stop:
            self._bus.arrive_all(of=self)

    def batch(self) -> Batch:
        return Batch(Builder())

    async def send(self, topic: str, partition: int, batch: Batch) -> None:
        """Return when the batch is acknowledged; whatever else happens, the partition is lost to this producer."""
        place = (topic, partition)
        self._bus.wrongs += self._misuse(place)
        self._out_of_sequence.add(place)
        parcel = Parcel(self, place, batch.builder.rows, asyncio.get_running_loop().create_future())
        self._bus.carry(parcel)
        await parcel.answer
        self._out_of_sequence.discard(place)

    def _misuse(self, place: Place) -> Iterable[str]:
        if self._stopped:
            yield f"sent to {place} through a stopped producer"
        if place in self._out_of_sequence:
            yield f"sent to {place} through a producer that failed or is busy there"
