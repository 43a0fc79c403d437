"""A version nobody can read, behind one that fails for good: what waits beyond goes on when ops accept the gap.

Version 2 of a key breaks its contract, version 3 has no moment that can be read, and versions 4 and 5 are sound. Who
has a handler for the second finds it dead, and to everybody the third was never there.
"""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.enrolment.learners import ProgrammeCompleted
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.dead_letters import topic_of
from tests.chaos import patience
from tests.chaos.audit_triggers import connect
from tests.chaos.dumps import Dumps
from tests.chaos.invariants import Finding
from tests.chaos.ops import Ops
from tests.chaos.poison import TOPIC, dies_of
from tests.chaos.scene import AFTERWARDS, an_id
from tests.chaos.site import Site
from tests.chaos.writers import LOST, Writer

_LAST = 5


@dataclass(slots=True)
class Hole:
    """One of them as one consumer meets it; `dead` is None where it has no handler for what fails.

    `found` is what was deferred before ops acted, `accepted` tells whether they could accept the gap.
    """

    consumer: str
    key: str
    dead: UUID | None
    unreadable: UUID
    waiting: Sequence[UUID]
    found: frozenset[UUID] = frozenset()
    accepted: bool = False

    @property
    def held(self) -> frozenset[UUID]:
        """What the consumer is to defer."""
        return frozenset({*self.waiting, *((self.dead,) if self.dead else ())})

    def passed(self, dumps: Dumps) -> bool:
        """Whether the consumer came to the last of what waited."""
        return dumps.cursors(self.consumer).get((TOPIC, self.key)) == _LAST


class Holes:
    """Sends them, and does what ops would do about each."""

    def __init__(self, writer: Writer, ops: Ops, site: Site, draw: random.Random) -> None:
        self.sent: list[Hole] = []
        self._writer = writer
        self._ops = ops
        self._site = site
        self._draw = draw

    async def dig(self) -> None:
        """The first version is sound, and sent before."""
        key = an_id(self._draw)
        await self._writer.commit(self._writer.attended(key))
        sound = self._writer.attended(key)
        dead = _pending(key, ProgrammeCompleted.event_type(), b'{"mode": "absent"}', AFTERWARDS.isoformat())
        unreadable = _pending(key, sound.event_type(), outbox.encoded(sound), "at no moment")
        behind = [self._writer.attended(key) for _ in range(_LAST - 3)]
        _, _, *waiting = await self._writer.commit(*behind, raw=[dead, unreadable])
        for consumer in self._site.deployment.subscribers:
            died = dead.event_id if dies_of(consumer, ProgrammeCompleted) else None
            self.sent.append(Hole(consumer, key, died, unreadable.event_id, waiting))

    async def release(self) -> None:
        """Skip what is dead, then accept the gap; each is looked at first."""
        for hole in self.sent:
            await self._await_hold(hole)
            if hole.dead:
                await self._ops.perform(hole.consumer, "deferred-events/skip", hole.dead)
            await self._accept(hole)

    async def _await_hold(self, hole: Hole) -> None:
        """Until all of it is deferred; the invariant judges what was found."""
        deadline = asyncio.get_running_loop().time() + patience.RETURN
        while asyncio.get_running_loop().time() < deadline and hole.found != hole.held:
            with contextlib.suppress(*LOST):
                hole.found = await self._deferred(hole)
            await asyncio.sleep(0.5)

    async def _accept(self, hole: Hole) -> None:
        """Its head is told to be a gap within seconds; until then there is none to accept."""
        deadline = asyncio.get_running_loop().time() + patience.RETURN
        while asyncio.get_running_loop().time() < deadline and not hole.accepted:
            outcome = await self._ops.perform(hole.consumer, "deferred-events/accept-gap", hole.waiting[0])
            hole.accepted = outcome["event_ids"] == [str(hole.waiting[0])]
            await asyncio.sleep(0.5)

    async def _deferred(self, hole: Hole) -> frozenset[UUID]:
        connection = await connect(self._site.databases[hole.consumer])
        try:
            rows = await connection.fetch(_DEFERRED, hole.consumer, TOPIC, hole.key, hole.dead)
        finally:
            await connection.close()
        return frozenset(row["event_id"] for row in rows)


def accepted(dumps: Dumps, holes: Sequence[Hole]) -> Finding:
    """Held whole until ops acted, one dead letter of each that has none to handle it, and passed to the last."""
    wrong = [f"{hole.consumer}: {what}" for hole in holes for what in _wrong_with(dumps, hole)]
    return Finding(14, "a hole behind a held key is accepted, what waits beyond it goes on", len(holes), wrong)


def _wrong_with(dumps: Dumps, hole: Hole) -> list[str]:
    wrong = [f"{len(hole.found)} of {len(hole.held)} were deferred"] * (hole.found != hole.held)
    wrong += ["the gap could not be accepted"] * (not hole.accepted)
    reached = dumps.cursors(hole.consumer).get((TOPIC, hole.key), 0)
    wrong += [f"stands at v{reached} of {_LAST}"] * (not hole.passed(dumps))
    for origin in _origins(dumps, hole):
        letters = {r.event_id for r in dumps.seen if r.topic == topic_of(TOPIC, hole.consumer) and r.origin == origin}
        wrong += [f"{len(letters)} dead letters of {origin}, not 1"] * (len(letters) != 1)
    return wrong


def _origins(dumps: Dumps, hole: Hole) -> list[str]:
    """By its id what is dead, by where it stands what cannot be read; that may be in its topic more than once."""
    places = [f"{r.topic}/{r.partition}/{r.offset}" for r in dumps.seen if r.event_id == hole.unreadable]
    return [*places, *([str(hole.dead)] if hole.dead else [])]


def _pending(key: str, kind: str, payload: bytes, time: str) -> outbox.Pending:
    return outbox.Pending(TOPIC, key, new_id(), kind, payload, {"time": time, "correlationid": str(new_id())})


_DEFERRED = """
select event_id from deferred
where consumer = $1 and topic = $2 and key = $3 and (event_id is distinct from $4::uuid or state = 'dead')
"""
