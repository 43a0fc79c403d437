"""Events nobody can digest, each on a key of its own with two sound events behind it, and among sound neighbours."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from uuid import UUID

from shared.contracts.enrolment.learners import (
    EnrolmentWithdrawn,
    LearnerWaitlisted,
    ProgrammeCompleted,
    SessionAttended,
)
from shared.contracts.envelope import Contract
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.lanes import lane_of
from tests.chaos import patience, wiretap
from tests.chaos.audit_triggers import connect
from tests.chaos.ops import Ops
from tests.chaos.scene import AFTERWARDS, PROGRAMME, an_id
from tests.chaos.site import Site
from tests.chaos.writers import Writer

TOPIC = SessionAttended.topic
LARGEST = 30_000
"""What the topic is made to take while the large event is on its way."""

FOLLOWERS, NEIGHBOURS = 2, 3
_HANDLED: Mapping[type[Contract], frozenset[str]] = {
    ProgrammeCompleted: frozenset({"talent", "coaching"}),
    LearnerWaitlisted: frozenset({"notifications"}),
}
"""Events of the topic and who has a handler for each; without one nobody looks into the payload."""


def dies_of(consumer: str, kind: type[Contract]) -> bool:
    """Whether a payload that breaks the contract of that event is the consumer's to hold."""
    return consumer in _HANDLED[kind]


@dataclass(slots=True)
class Poison:
    """One of them: who is to hold it, from when to when, and what was found held just before it was let go.

    `consumer` is None where the relay holds it. One that `stays` is let go of by nobody. `beside` are its neighbours'
    keys, and `stopped` tells how many of them had not been passed by then.
    """

    name: str
    key: str
    consumer: str | None
    event_id: UUID | None
    since: datetime
    stays: bool = False
    origin: str | None = None
    released_at: datetime | None = None
    rows: int = 0
    behind: int = 0
    beside: frozenset[str] = frozenset()
    stopped: int = 0


class Poisons:
    """Sends them, looks at what holds them, and lets go of those that can be helped, as ops would."""

    def __init__(self, writer: Writer, ops: Ops, site: Site, draw: random.Random) -> None:
        self.sent: list[Poison] = []
        self._writer = writer
        self._ops = ops
        self._site = site
        self._draw = draw

    async def too_large(self) -> None:
        """Accepted by us, refused by Kafka: the relay has to find it among others and park it; then it is held.

        While it is looked for its lane waits, a new producer a try, so what is written meanwhile is no neighbour yet.

        TimeoutError when it got through, to a broker that had not heard of the limit yet: then it was a sound event.
        """
        await wiretap.largest_record(self._site.kafka, TOPIC, LARGEST)
        person = an_id(self._draw)
        event = EnrolmentWithdrawn(
            effective_at=AFTERWARDS,
            person_id=UUID(person),
            enrolment_id=new_id(),
            cohort_id=new_id(),
            programme_code=PROGRAMME,
            previous="enrolled",
            by="academy",
            reason="x" * (3 * LARGEST),
            late=False,
        )
        others = self._others(person)
        ids = await self._writer.commit(event, *others)
        if not await self._parked(ids[0]):
            raise TimeoutError(f"{ids[0]} got through")
        self._note("too_large", person, None, ids[0], datetime.now(UTC), others=others)

    async def undecodable(self) -> None:
        """A stranger's bytes, straight into the topic."""
        key, since = an_id(self._draw), datetime.now(UTC)
        offset = await wiretap.produce(self._site.kafka, TOPIC, lane_of(key), key.encode(), b"\xff\xfe no event")
        neighbours = self._neighbours(key)
        for consumer in self._site.deployment.subscribers:
            poison = self._note("undecodable", key, consumer, None, since, others=neighbours)
            poison.origin = f"{TOPIC}/{lane_of(key)}/{offset}"
        await self._writer.commit(*neighbours)

    async def malformed(self) -> None:
        """A sound envelope around a payload that breaks its contract: a dead letter at once, one for each handler.

        It stays where the consumer's service has no api that ops could ask to skip it.
        """
        for kind in _HANDLED:
            if consumers := [c for c in self._site.deployment.subscribers if dies_of(c, kind)]:
                await self._malformed(kind, consumers)

    async def _malformed(self, kind: type[Contract], consumers: Sequence[str]) -> None:
        key, since = an_id(self._draw), datetime.now(UTC)
        headers = {"time": AFTERWARDS.isoformat(), "correlationid": str(new_id())}
        pending = outbox.Pending(TOPIC, key, new_id(), kind.event_type(), b'{"mode": "absent"}', headers)
        others = self._others(key)
        ids = await self._writer.commit(*others, raw=[pending])
        for consumer in consumers:
            poison = self._note("malformed", key, consumer, ids[0], since, others=others)
            poison.stays = not self._site.deployment.processes("api", consumer)

    async def indigestible(self) -> None:
        """A sound event with a code that is too long for any index: its handler fails whenever it is tried."""
        key, since = an_id(self._draw), datetime.now(UTC)
        others = self._others(key)
        completed = ProgrammeCompleted(
            effective_at=AFTERWARDS,
            person_id=UUID(key),
            enrolment_id=new_id(),
            cohort_id=new_id(),
            programme_code="".join(self._draw.choices("0123456789abcdef", k=12_000)),
        )
        ids = await self._writer.commit(completed, *others)
        self._note("indigestible", key, "talent", ids[0], since, others=others).stays = True

    async def release(self) -> None:
        """What ops would do now: raise the limit and retry, skip the dead; each is looked at first."""
        for poison in self.sent:
            await self._await_hold(poison)
            await self._await_neighbours(poison)
            match poison.name:
                case "too_large":
                    await wiretap.patiently(lambda: wiretap.largest_record(self._site.kafka, TOPIC, None))
                    await self._until_gone(poison, partial(self._act, "enrolment", "parked-events/retry", poison))
                case "malformed" if poison.consumer and not poison.stays:
                    await self._act(poison.consumer, "deferred-events/skip", poison)
                case _:
                    continue
            poison.released_at = datetime.now(UTC)

    def _others(self, key: str) -> list[SessionAttended]:
        """What goes right behind it in the same transaction: its followers, and neighbours."""
        return [*(self._writer.attended(key) for _ in range(FOLLOWERS)), *self._neighbours(key)]

    def _neighbours(self, key: str) -> list[SessionAttended]:
        """Of other keys on its lane, whatever the load does: without them there is nobody it could stop."""
        keys = (drawn for drawn in iter(lambda: an_id(self._draw), "") if lane_of(drawn) == lane_of(key))
        return [self._writer.attended(neighbour) for neighbour in islice(keys, NEIGHBOURS)]

    def _note(
        self,
        name: str,
        key: str,
        consumer: str | None,
        event_id: UUID | None,
        since: datetime,
        *,
        others: Sequence[SessionAttended],
    ) -> Poison:
        beside = frozenset(other.key() for other in others) - {key}
        poison = Poison(name, key, consumer, event_id, since, beside=beside)
        self.sent.append(poison)
        return poison

    async def _await_hold(self, poison: Poison) -> None:
        """Until it is held; the invariant judges what was found."""
        if poison.event_id is None:
            return
        deadline = asyncio.get_running_loop().time() + patience.RETURN
        while asyncio.get_running_loop().time() < deadline:
            poison.rows, poison.behind = await self._holdings(poison)
            if poison.rows and poison.behind >= FOLLOWERS:
                return
            await asyncio.sleep(0.5)

    async def _await_neighbours(self, poison: Poison) -> None:
        """Until they are passed, while it is still held; the invariant judges what was found."""
        consumers = [poison.consumer] if poison.consumer else self._site.deployment.subscribers
        deadline = asyncio.get_running_loop().time() + patience.RETURN
        while asyncio.get_running_loop().time() < deadline:
            passed = [await self._passed(consumer, poison.beside) for consumer in consumers]
            poison.stopped = len(poison.beside) - min(passed, default=0)
            if not poison.stopped:
                return
            await asyncio.sleep(0.5)

    async def _passed(self, consumer: str, keys: frozenset[str]) -> int:
        connection = await connect(self._site.databases[consumer])
        try:
            return await connection.fetchval(_PASSED, consumer, TOPIC, list(keys))
        finally:
            await connection.close()

    async def _parked(self, event_id: UUID) -> bool:
        """What became of it once the relay had tried to send it: parked, or gone."""
        connection = await connect(self._site.databases["enrolment"])
        try:
            async with asyncio.timeout(patience.RETURN):
                while (parked := await connection.fetchval(_PARKED_YET, event_id)) is False:  # noqa: ASYNC110 nobody tells
                    await asyncio.sleep(0.1)
        finally:
            await connection.close()
        return bool(parked)

    async def _until_gone(self, poison: Poison, act: Callable[[], Awaitable[None]]) -> None:
        """A broker that has only just come back may not know the new limit: it is parked again, and retried again."""
        deadline = asyncio.get_running_loop().time() + patience.RETURN
        while asyncio.get_running_loop().time() < deadline:
            parked, waiting = await self._holdings(poison)
            if parked:
                await act()
            elif not waiting:
                return
            await asyncio.sleep(0.5)

    async def _holdings(self, poison: Poison) -> tuple[int, int]:
        service, query = ("enrolment", _PARKED) if poison.consumer is None else (poison.consumer, _DEFERRED)
        connection = await connect(self._site.databases[service])
        try:
            row = await connection.fetchrow(query, poison.event_id, TOPIC, poison.key)
        finally:
            await connection.close()
        return (row["rows"], row["behind"]) if row else (0, 0)

    async def _act(self, service: str, verb: str, poison: Poison) -> None:
        if poison.event_id is not None:
            await self._ops.perform(service, verb, poison.event_id)


_PASSED = """
select count(*) from consumer_cursor
where consumer = $1 and topic = $2 and key = any($3::text[]) and version is not null
"""
_PARKED_YET = "select parked_at is not null from outbox where event_id = $1"
_PARKED = """
select count(*) filter (where event_id = $1 and parked_at is not null) as rows,
       count(*) filter (where event_id <> $1 and parked_at is null) as behind
from outbox where topic = $2 and key = $3
"""

_DEFERRED = """
select count(*) filter (where event_id = $1) as rows, count(*) filter (where event_id <> $1) as behind
from deferred where topic = $2 and key = $3
"""
