"""Commands that announce events: committed at once, given up, or held open between their flush and their commit."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.messaging import outbox
from shared.messaging.lanes import lane_of
from shared.postgres.database import Database, Transaction
from tests.support.delivery import NOW, TOPIC, numbered
from tests.support.model.bus import Bus
from tests.support.model.handler_faults import HandlerFault, HandlerFaults
from tests.support.model.journal import Journal
from tests.support.model.under_way import UnderWay

Line: TypeAlias = tuple[UUID, HandlerFault]


class GivenUp(Exception):
    """The command changed its mind."""


@dataclass(slots=True)
class Writing:
    """One transaction: what it announces, and where it stands."""

    events: Sequence[RecordingPublished]
    handler_faults: Sequence[HandlerFault]
    gate: asyncio.Event
    held: bool
    gives_up: bool
    name: str = ""
    ids: list[UUID] = field(default_factory=list[UUID])
    overtaken_from: int = 0
    task: "asyncio.Task[bool] | None" = None

    @property
    def lane(self) -> int:
        """The lane of its first event."""
        return lane_of(self.events[0].key())

    def of_key(self, key: str) -> list[UUID]:
        """Ids of the key's events, in the order they were announced."""
        return [i for event, i in zip(self.events, self.ids, strict=True) if event.key() == key]


class Writers:
    """Everybody who writes; `rounds` holds what was committed, in the order it was."""

    def __init__(
        self, db: Database, bus: Bus, handler_faults: HandlerFaults, under_way: UnderWay, journal: Journal
    ) -> None:
        self.rounds: list[list[Writing]] = []
        self._db = db
        self._bus = bus
        self._kept = {
            HandlerFault.TOO_LARGE: bus.too_large,
            HandlerFault.INVALID: bus.invalid,
            HandlerFault.UNREADABLE: bus.unreadable,
        }
        self._handler_faults = handler_faults
        self._under_way = under_way
        self._seen = journal.seen
        self._journal = journal
        self._open: list[Writing] = []
        self._events = 0
        self._writings = 0

    def write(self, lines: Sequence[Line], *, held: bool = False, gives_up: bool = False) -> None:
        """Begin a transaction of these events; one that is held waits, flushed, until `close`."""
        events = [self._event(key) for key, _ in lines]
        writing = Writing(events, [t for _, t in lines], asyncio.Event(), held, gives_up)
        for event, handler_fault in zip(events, writing.handler_faults, strict=True):
            self._handler_faults.give(event.recording_ref, handler_fault)
        self._writings += 1
        writing.name = f"writer {self._writings}"
        writing.task = self._under_way.begin(writing.name, self._run(writing))
        self._open.append(writing)

    def close(self, which: int, *, gives_up: bool) -> None:
        """Let one of the held transactions come to its end."""
        held = [w for w in self._open if w.held and not w.gate.is_set()]
        if held:
            writing = held[which % len(held)]
            writing.gives_up = gives_up
            writing.gate.set()

    @property
    def held(self) -> int:
        """How many transactions are open."""
        return sum(w.held for w in self._open)

    def _event(self, key: UUID) -> RecordingPublished:
        self._events += 1
        return numbered(key, self._events)

    async def _run(self, writing: Writing) -> bool:
        with contextlib.suppress(GivenUp):
            await self._db.run(self._announce, writing)
            return True
        return False

    async def _announce(self, tx: Transaction, writing: Writing) -> None:
        writing.ids = [outbox.append(tx, event, at=NOW) for event in writing.events]
        for event_id, handler_fault in zip(writing.ids, writing.handler_faults, strict=True):
            if handler_fault in self._kept:
                self._kept[handler_fault].add(event_id)
        if writing.held:
            await tx.flush()
            writing.overtaken_from = self._sent_in(writing.lane)
            await self._under_way.wait_at(writing.gate)
        if writing.gives_up:
            await tx.flush()
            raise GivenUp

    def collect(self) -> None:
        """Note what has been committed since the last time."""
        ended = [w for w in self._open if w.task is not None and w.task.done()]
        self._open = [w for w in self._open if w not in ended]
        committed = [w for w in ended if w.task is not None and w.task.result()]
        if committed:
            self.rounds.append(committed)
        for writing in ended:
            self._journal.note(f"  {writing.name} {'committed' if writing in committed else 'gave up'}")
        self._seen["transactions given up"] += len(ended) - len(committed)
        self._seen["late commits"] += sum(w.held and self._sent_in(w.lane) > w.overtaken_from for w in committed)

    def _sent_in(self, lane: int) -> int:
        return len(self._bus.logs[TOPIC, lane])
