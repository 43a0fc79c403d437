"""What must come right by itself: events whose handler fails for a while, and versions that are gone for good.

A trigger of the run's own refuses the effects on one person until a moment, so to the product it is an error of the
handler like any other. Versions are gone where their number was taken and nothing was written under it, as on a topic
that forgets; whoever meets the next one cannot tell the difference.
"""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from shared.contracts.enrolment.contacts import ContactChanged
from tests.chaos import audit_triggers, patience
from tests.chaos.audit_triggers import connect
from tests.chaos.dumps import Dumps, Stream
from tests.chaos.invariants import Finding
from tests.chaos.poison import FOLLOWERS, TOPIC
from tests.chaos.scene import an_id
from tests.chaos.site import Site
from tests.chaos.writers import LOST, Writer

FIRST_LEAP, LATER_LEAP = 3, 2
"""How many versions are gone before the first event of a key, and before its third."""

_COMPLETIONS = ("talent", "coaching")
"""Who keeps something of a completion."""

_CONTACTS = "notifications"
"""Who keeps contacts."""


@dataclass(slots=True)
class Setback:
    """A key of one consumer with its versions; one that is `refused` was let through at `lifted_at`.

    `rows`, `behind` and `attempts` tell what was found held just before, and how often it had been tried by then.
    """

    name: str
    consumer: str
    stream: Stream
    versions: Sequence[int]
    event_ids: Sequence[UUID]
    refused: bool
    rows: int = 0
    behind: int = 0
    attempts: int = 0
    lifted_at: datetime | None = None

    @property
    def gone(self) -> frozenset[int]:
        """Versions below its last that nobody ever wrote."""
        return frozenset(range(1, self.versions[-1])) - frozenset(self.versions)

    def passed(self, dumps: Dumps) -> bool:
        """Whether the consumer came to its last version."""
        return dumps.cursors(self.consumer).get(self.stream) == self.versions[-1]


class Setbacks:
    """Sends them, and lifts what was refused once a try after those in place has failed too."""

    def __init__(self, writer: Writer, site: Site, draw: random.Random) -> None:
        self.sent: list[Setback] = []
        self._writer = writer
        self._site = site
        self._draw = draw

    async def delayed(self) -> None:
        """A completion that cannot be kept yet, and others of the same person behind it."""
        key, consumers = an_id(self._draw), [c for c in self._site.deployment.subscribers if c in _COMPLETIONS]
        for consumer in consumers:
            await audit_triggers.bar(self._site.databases[consumer], key)
        ids = await self._writer.commit(*(self._writer.completed(key) for _ in range(1 + FOLLOWERS)))
        versions = range(1, len(ids) + 1)
        self.sent += [Setback("delayed", c, (TOPIC, key), versions, ids, refused=True) for c in consumers]

    async def jump(self) -> None:
        """A contact whose first versions are gone, and some in the middle too."""
        await self._jump("jump", an_id(self._draw), refused=False)

    async def delayed_jump(self) -> None:
        """The same, and what is left of it cannot be kept yet."""
        key = an_id(self._draw)
        await audit_triggers.bar(self._site.databases[_CONTACTS], key)
        await self._jump("delayed_jump", key, refused=True)

    async def _jump(self, name: str, key: str, *, refused: bool) -> None:
        stream, first = (ContactChanged.topic, key), FIRST_LEAP + 1
        ids = await self._writer.commit(*(self._writer.reached(key) for _ in range(2)), leap=FIRST_LEAP, of=stream)
        ids += await self._writer.commit(self._writer.reached(key), leap=LATER_LEAP, of=stream)
        versions = (first, first + 1, first + 2 + LATER_LEAP)
        self.sent.append(Setback(name, _CONTACTS, stream, versions, ids, refused=refused))

    async def lift(self, name: str) -> bool:
        """Look at each of that name while it is held, then let it through; True when all had been tried again."""
        waiting = [s for s in self.sent if s.name == name and s.refused and s.lifted_at is None]
        await asyncio.gather(*(self._lift(setback) for setback in waiting))
        return all(setback.attempts for setback in waiting)

    async def _lift(self, setback: Setback) -> None:
        await self._await_refusal(setback)
        setback.lifted_at = datetime.now(UTC)
        async with asyncio.timeout(patience.RETURN):
            while True:
                with contextlib.suppress(*LOST):
                    await audit_triggers.lift(self._site.databases[setback.consumer], setback.stream[1])
                    return
                await asyncio.sleep(0.5)

    async def _await_refusal(self, setback: Setback) -> None:
        """Until its worker has failed on it, with its followers behind it; the invariant judges what was found."""
        deadline = asyncio.get_running_loop().time() + patience.RETURN
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(*LOST):
                await self._look(setback)
            if setback.attempts and setback.behind >= FOLLOWERS:
                return
            await asyncio.sleep(0.2)

    async def _look(self, setback: Setback) -> None:
        connection = await connect(self._site.databases[setback.consumer])
        try:
            row = await connection.fetchrow(_HELD, setback.consumer, *setback.stream, setback.event_ids[0])
        finally:
            await connection.close()
        if row:
            setback.rows, setback.behind, setback.attempts = row["rows"], row["behind"], row["attempts"]


def came_right(dumps: Dumps, setbacks: Sequence[Setback]) -> Finding:
    """Each was passed to its last version with nobody's help; held only where it was refused, and then not before."""
    wrong = [
        f"{setback.name}: {setback.consumer} {what}"
        for setback in setbacks
        for what in (*_on_its_way(dumps, setback), *_at_the_end(dumps, setback))
    ]
    return Finding(13, "what failed for a while or jumped came right by itself", len(setbacks), wrong)


def _on_its_way(dumps: Dumps, setback: Setback) -> list[str]:
    if not setback.refused:
        looks = [s for s in (*dumps.samples, *dumps.final) if s.group == setback.consumer]
        return ["held it"] * any((topic, key) == setback.stream for s in looks for topic, key, _ in s.deferred)
    if (setback.rows, setback.behind) != (1, FOLLOWERS) or not setback.attempts:
        return [f"held it by {setback.rows} rows with {setback.behind} behind, tried {setback.attempts} times again"]
    early = [m for m in _moves(dumps, setback) if setback.lifted_at is None or m < setback.lifted_at]
    return [f"passed it {len(early)} times before it could be"] * bool(early)


def _moves(dumps: Dumps, setback: Setback) -> list[datetime]:
    moved = dumps.of(setback.consumer).moved
    return [m.at for m in moved if (m.topic, m.key) == setback.stream and m.version in setback.versions]


def _at_the_end(dumps: Dumps, setback: Setback) -> list[str]:
    reached, origins = dumps.cursors(setback.consumer).get(setback.stream, 0), set(map(str, setback.event_ids))
    wrong = [f"stands at v{reached} of {setback.versions[-1]}"] * (not setback.passed(dumps))
    letters = [r for r in dumps.seen if r.origin in origins and r.topic.endswith(f".dlt.{setback.consumer}")]
    return wrong + ["gave it up"] * bool(letters)


_HELD = """
select count(*) filter (where event_id = $4) as rows, count(*) filter (where event_id <> $4) as behind,
       coalesce(max(attempts) filter (where event_id = $4), 0) as attempts
from deferred where consumer = $1 and topic = $2 and key = $3
"""
