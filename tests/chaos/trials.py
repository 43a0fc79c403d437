"""Everything the run does to single keys and partitions on purpose, and what the invariants have to know of it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from tests.chaos import strangers
from tests.chaos.client import Client
from tests.chaos.collect import service_of
from tests.chaos.dumps import Dumps, Stream
from tests.chaos.holes import Hole, Holes
from tests.chaos.ops import Ops
from tests.chaos.poison import Poison, Poisons
from tests.chaos.setbacks import Setback, Setbacks
from tests.chaos.site import Site
from tests.chaos.strangers import Stranger, Strangers
from tests.chaos.writers import Writer


@dataclass(frozen=True, slots=True)
class Sent:
    """All that was sent, and what follows from it."""

    poisons: Sequence[Poison] = ()
    setbacks: Sequence[Setback] = ()
    holes: Sequence[Hole] = ()
    strangers: Sequence[Stranger] = ()

    @property
    def hopeless(self) -> frozenset[UUID]:
        """The events that can have no effect anywhere."""
        held = {p.event_id for p in self.poisons if p.event_id and p.consumer}
        return frozenset(held | self.unreadable | {hole.dead for hole in self.holes if hole.dead})

    @property
    def unreadable(self) -> frozenset[UUID]:
        """The events that no consumer can know for what they are."""
        return frozenset(hole.unreadable for hole in self.holes)

    @property
    def apart(self) -> frozenset[str]:
        """The keys, besides those of poison, that were meant to be stuck for a while."""
        return frozenset({*(s.stream[1] for s in self.setbacks), *(hole.key for hole in self.holes)})

    @property
    def gone(self) -> Mapping[Stream, frozenset[int]]:
        """The versions nobody ever wrote."""
        return {s.stream: s.gone for s in self.setbacks if s.gone}

    def foreign(self, dumps: Dumps) -> frozenset[str | None]:
        """Where records stand that we put there and that are no events."""
        return frozenset({*strangers.places(dumps, self.strangers), *(poison.origin for poison in self.poisons)})

    def happened(self, dumps: Dumps) -> dict[str, int]:
        """How much of each came to its end."""
        passed = [s for s in self.setbacks if s.passed(dumps)]
        return {
            "retries that later applied": sum(s.refused and s.attempts > 0 for s in passed),
            "jumps accepted": sum(bool(s.gone) for s in passed),
            "holes accepted": sum(hole.accepted and hole.passed(dumps) for hole in self.holes),
            "strangers' records": len(strangers.places(dumps, self.strangers)),
        }


class Trials:
    """Those who send, by what they send."""

    def __init__(self, writer: Writer, client: Client, site: Site, draw: random.Random) -> None:
        ops = Ops(client, draw)
        self.poisons = Poisons(writer, ops, site, draw)
        self.setbacks = Setbacks(writer, site, draw)
        self.holes = Holes(writer, ops, site, draw)
        self.strangers = Strangers(site, draw)
        self.readers = partial(_readers, site.deployment.subscribers)

    @property
    def sent(self) -> Sent:
        return Sent(self.poisons.sent, self.setbacks.sent, self.holes.sent, self.strangers.sent)

    async def release(self) -> None:
        """What ops would do now."""
        await self.poisons.release()
        await self.holes.release()


def _readers(subscribers: Sequence[str], topic: str) -> list[str]:
    return [name for name in subscribers if topic in service_of(name).listens_to()]
