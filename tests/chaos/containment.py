"""Each poison is held exactly once, and stops nobody but its own key, however slow the machine is."""

import math
from collections.abc import Collection, Sequence

from shared.messaging.dead_letters import topic_of
from tests.chaos.dumps import Dumps
from tests.chaos.invariants import Finding
from tests.chaos.passages import Passages
from tests.chaos.poison import FOLLOWERS, TOPIC, Poison


def contained(dumps: Dumps, poisons: Sequence[Poison], apart: Collection[str] = ()) -> Finding:
    """Held once where it belongs, its dead letter told once, its followers behind it, every neighbour passed."""
    passages, checked, wrong = Passages(dumps, poisons, apart), len(poisons), list[str]()
    for poison in poisons:
        near = passages.near(poison)
        checked += len(near)
        stuck = [p for p in near if math.isinf(p.seconds)]
        wrong += [f"{poison.name}: {what}" for what in _holding(dumps, poison)]
        wrong += [f"{poison.name}: {poison.stopped} beside it was stuck until it was let go"] * bool(poison.stopped)
        wrong += [f"{poison.name}: {p.consumer} never passed {p.event.key} v{p.event.version}" for p in stuck]
    return Finding(8, "poison held exactly once, its neighbours passed", checked, wrong)


def neighbours(dumps: Dumps, poisons: Sequence[Poison], apart: Collection[str] = ()) -> int:
    """The fewest events any poison had beside it."""
    passages = Passages(dumps, poisons, apart)
    return min((len(passages.near(poison)) for poison in poisons), default=0)


def _holding(dumps: Dumps, poison: Poison) -> list[str]:
    wrong: list[str] = []
    if poison.event_id is not None and (poison.rows, poison.behind) != (1, FOLLOWERS):
        wrong.append(f"held by {poison.rows} rows with {poison.behind} behind, not by 1 with {FOLLOWERS}")
    letters = _letters(dumps, poison)
    if poison.name in {"undecodable", "malformed"} and letters != 1:
        wrong.append(f"{letters} dead letters, not 1")
    deferred = [
        a for s in dumps.services for a in s.deferred if a.key == poison.key and poison.consumer in {None, a.consumer}
    ]
    if len(deferred) != (1 + FOLLOWERS if poison.stays else 0):
        wrong.append(f"{len(deferred)} of its key are deferred at the end")
    return wrong


def _letters(dumps: Dumps, poison: Poison) -> int:
    """Different dead letters about it; one may stand in its topic more than once."""
    origin = poison.origin or str(poison.event_id)
    topic = topic_of(TOPIC, poison.consumer) if poison.consumer else None
    return len({r.event_id for r in dumps.seen if r.topic == topic and r.origin == origin})
