"""How fast the inbox turns events into effects: batch by batch, against one transaction an event."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from bench.child import Port, result_of
from bench.enrolled import NOW, SOURCE, TOPIC, outbox_rows
from bench.measure import Measure
from bench.stage import Stage
from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.envelope import Envelope
from shared.messaging.inbox import Inbox, subscribes
from shared.messaging.wire import Event
from shared.postgres.database import Database, Transaction

Apply: TypeAlias = Callable[[Sequence[Event]], Awaitable[None]]

BATCH = 500
_ROUNDS = 5
_BATCHES = 6
_SINGLES = 300
_KEYS = 700

_MAKE = "create table if not exists effect (n bigint generated always as identity, person_id uuid, cohort_id uuid)"
_NOTE = "insert into effect (person_id, cohort_id) values ($1, $2)"


@subscribes(LearnerEnrolled)
async def note(event: LearnerEnrolled, _: Envelope, tx: Transaction) -> None:
    """The effect: one row an event."""
    await tx.execute(_NOTE, event.person_id, event.cohort_id)


async def make_effects(tx: Transaction) -> None:
    """The table the effects land in."""
    await tx.execute(_MAKE)


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """The best of several rounds of each, taken in turn in one process."""
    async with stage.room("enrolment") as room:
        taken = await result_of(apply_in_turn, database=room.database)
    best = {name: max(rates) for name, rates in taken.items()}
    about = f"batches of {BATCH} against one transaction an event, one insert each, best of {_ROUNDS}"
    yield Measure("effects", best["batched"], "effects/s", best["singles"], f"the inbox: {about}")
    yield Measure("effects_bare", best["bare_batched"], "effects/s", best["bare_singles"], f"asyncpg alone: {about}")


async def apply_in_turn(_: Port, *, database: str) -> dict[str, list[float]]:
    """Effects a second of each round, batched and one by one."""
    db = await Database.connect(database, application="bench-inbox", size=2)
    await db.run(make_effects)
    inbox = Inbox("bench", (note,), db)
    size = BATCH * _BATCHES + _SINGLES
    waiting = iter(_events(size * _ROUNDS))
    rates: dict[str, list[float]] = {"batched": [], "singles": [], "bare_batched": [], "bare_singles": []}
    for _round in range(_ROUNDS):
        many, few = _next(waiting, BATCH * _BATCHES), _next(waiting, _SINGLES)
        rates["batched"].append(await _rate(inbox.apply, many, BATCH))
        rates["singles"].append(await _rate(inbox.apply, few, 1))
        rates["bare_batched"].append(await _rate(partial(db.run, _note_bare), many, BATCH))
        rates["bare_singles"].append(await _rate(partial(db.run, _note_bare), few, 1))
    await db.close()
    return rates


async def _note_bare(tx: Transaction, events: Sequence[Event]) -> None:
    """The same rows without reading an event or keeping a cursor."""
    for event in events:
        await tx.execute(_NOTE, event.envelope.id, event.envelope.id)


def _next(waiting: Iterator[Event], count: int) -> list[Event]:
    return [next(waiting) for _ in range(count)]


async def _rate(apply: Apply, events: Sequence[Event], batch: int) -> float:
    began = time.perf_counter()
    for first in range(0, len(events), batch):
        await apply(events[first : first + batch])
    return len(events) / (time.perf_counter() - began)


def _events(count: int) -> list[Event]:
    return [
        Event(
            Envelope(
                id=row.event_id,
                source=SOURCE,
                type=row.type,
                time=NOW,
                topic=TOPIC,
                key=row.key,
                sequence=row.version,
                correlation_id=str(row.event_id),
                causation_id=None,
                traceparent=None,
            ),
            row.payload,
        )
        for row in outbox_rows(count, keys=_KEYS)
    ]
