"""Events nobody can digest, one of each kind, each on a key of its own with two sound events behind it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from shared.contracts.enrolment import EnrolmentWithdrawn, SessionAttended
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.lanes import lane_of
from tests.chaos import wiretap
from tests.chaos.door import Door
from tests.chaos.scene import AFTERWARDS, PROGRAMME, an_id
from tests.chaos.site import Site
from tests.chaos.witness import connect
from tests.chaos.writers import Writer

TOPIC = SessionAttended.topic
LARGEST = 30_000
"""What the topic is made to take while the large event is on its way."""

FOLLOWERS = 2
_PATIENCE = 60.0


@dataclass(slots=True)
class Poison:
    """One of them: who is to hold it, from when to when, and what was found held just before it was let go.

    `consumer` is None where the relay holds it. One that `stays` is let go of by nobody.
    """

    name: str
    key: str
    consumer: str | None
    event_id: UUID | None
    sent_at: datetime
    stays: bool = False
    origin: str | None = None
    released_at: datetime | None = None
    rows: int = 0
    behind: int = 0


class Poisons:
    """Sends them, looks at what holds them, and lets go of those that can be helped, as ops would."""

    def __init__(self, writer: Writer, door: Door, site: Site, draw: random.Random) -> None:
        self.sent: list[Poison] = []
        self._writer = writer
        self._door = door
        self._site = site
        self._draw = draw

    async def too_large(self) -> None:
        """Accepted by us, refused by Kafka: the relay has to find it among others, and park it."""
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
        ids = await self._writer.commit(event, *self._followers(person))
        self._note("too_large", person, None, ids[0])

    async def undecodable(self) -> None:
        """A stranger's bytes, straight into the topic."""
        key = an_id(self._draw)
        offset = await wiretap.produce(self._site.kafka, TOPIC, lane_of(key), key.encode(), b"\xff\xfe no event")
        for consumer in self._site.deployment.subscribers:
            self._note("undecodable", key, consumer, None).origin = f"{TOPIC}/{lane_of(key)}/{offset}"

    async def malformed(self) -> None:
        """A sound envelope around a payload that breaks its contract: a dead letter at once."""
        key = an_id(self._draw)
        headers = {"time": AFTERWARDS.isoformat(), "correlationid": str(new_id())}
        pending = outbox.Pending(TOPIC, key, new_id(), SessionAttended.event_type(), b'{"mode": "absent"}', headers)
        ids = await self._writer.commit(*self._followers(key), raw=[pending])
        self._note("malformed", key, "talent", ids[0])

    async def indigestible(self) -> None:
        """A sound event with a character no Postgres text may hold: its handler fails whenever it is tried."""
        key = an_id(self._draw)
        ids = await self._writer.commit(self._writer.attended(key, programme="NUL\0"), *self._followers(key))
        self._note("indigestible", key, "talent", ids[0]).stays = True

    async def release(self) -> None:
        """What ops would do now: raise the limit and retry, skip the dead; each is looked at first."""
        for poison in self.sent:
            await self._await_hold(poison)
            match poison.name:
                case "too_large":
                    await wiretap.patiently(lambda: wiretap.largest_record(self._site.kafka, TOPIC, None))
                    await self._until_gone(poison, partial(self._act, "enrolment", "parked-events/retry", poison))
                case "malformed":
                    await self._act("talent", "deferred-events/skip", poison)
                case _:
                    continue
            poison.released_at = datetime.now(UTC)

    def _followers(self, person: str) -> list[SessionAttended]:
        return [self._writer.attended(person) for _ in range(FOLLOWERS)]

    def _note(self, name: str, key: str, consumer: str | None, event_id: UUID | None) -> Poison:
        poison = Poison(name, key, consumer, event_id, datetime.now(UTC))
        self.sent.append(poison)
        return poison

    async def _await_hold(self, poison: Poison) -> None:
        """Until it is held; the invariant judges what was found."""
        if poison.event_id is None:
            return
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            poison.rows, poison.behind = await self._holdings(poison)
            if poison.rows and poison.behind >= FOLLOWERS:
                return
            await asyncio.sleep(0.5)

    async def _until_gone(self, poison: Poison, act: Callable[[], Awaitable[None]]) -> None:
        """A broker that has only just come back may not know the new limit: it is parked again, and retried again."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
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
        body: dict[str, Any] = {"event_ids": [str(poison.event_id)], "reason": "chaos run", "dry_run": False}
        key = an_id(self._draw)
        path = f"/v1/operations/{verb}"
        await self._door.insist(service, "POST", path, body=body, persona="ops", Idempotency_Key=key)


_PARKED = """
select count(*) filter (where event_id = $1 and parked_at is not null) as rows,
       count(*) filter (where event_id <> $1 and parked_at is null) as behind
from outbox where topic = $2 and key = $3
"""

_DEFERRED = """
select count(*) filter (where event_id = $1) as rows, count(*) filter (where event_id <> $1) as behind
from deferred where topic = $2 and key = $3
"""
