"""Each poison is held exactly once, and holds up nobody but its own key."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from shared.messaging.dead_letters import topic_of
from shared.messaging.lanes import lane_of
from tests.chaos.dumps import Dumps, Moved, Stream, Written
from tests.chaos.invariants import Finding
from tests.chaos.poison import FOLLOWERS, TOPIC, Poison

_FACTOR, _SLACK_SECONDS = 3.0, 2.0
"""How much slower the poison's partition may be than the others of the same moments."""

_QUICKEST = 0.1
"""Other faults hit a single partition too, for a while; a poison that hinders it does so for all of the time.

So the quickest tenth of its neighbours is looked at.
"""

_OBSERVER = "talent"
"""The consumer by whose cursors lag is told."""


def contained(dumps: Dumps, poisons: Sequence[Poison]) -> Finding:
    """Held once where it belongs, its dead letter told once, its followers behind it, everyone else unhindered."""
    wrong = [f"{poison.name}: {what}" for poison in poisons for what in _holding(dumps, poison)]
    delays = _delays(dumps, {p.key for p in poisons})
    checked = len(poisons)
    for poison in poisons:
        near, far = _around(poison, delays)
        checked += len(near)
        if not near:
            wrong.append(f"{poison.name}: nothing else was on its partition, so nothing is proved")
        elif far and _lag(near) > _FACTOR * _lag(far) + _SLACK_SECONDS:
            wrong.append(f"{poison.name}: lag {_lag(near):.1f} s beside {_lag(far):.1f} s")
    return Finding(8, "poison held exactly once, other keys' lag flat", checked, wrong)


def _holding(dumps: Dumps, poison: Poison) -> list[str]:
    wrong: list[str] = []
    if poison.event_id is not None and (poison.rows, poison.behind) != (1, FOLLOWERS):
        wrong.append(f"held by {poison.rows} rows with {poison.behind} behind, not by 1 with {FOLLOWERS}")
    letters = _letters(dumps, poison)
    if poison.name in {"undecodable", "malformed"} and letters != 1:
        wrong.append(f"{letters} dead letters, not 1")
    aside = [a for s in dumps.services for a in s.aside if a.key == poison.key]
    if len(aside) != (1 + FOLLOWERS if poison.stays else 0):
        wrong.append(f"{len(aside)} of its key are set aside at the end")
    return wrong


def _letters(dumps: Dumps, poison: Poison) -> int:
    """Different dead letters about it; one may stand in its topic more than once."""
    origin = poison.origin or str(poison.event_id)
    topic = topic_of(TOPIC, poison.consumer) if poison.consumer else None
    return len({r.event_id for r in dumps.seen if r.topic == topic and r.origin == origin})


def _delays(dumps: Dumps, without: set[str]) -> list[tuple[Written, float]]:
    """Every event of the topic with the seconds until the consumer had passed it; endless where it never did."""
    moves: defaultdict[Stream, list[Moved]] = defaultdict(list)
    for moved in (m for s in dumps.services for m in s.moved):
        if moved.consumer == _OBSERVER:
            moves[moved.topic, moved.key].append(moved)
    events = [w for w in dumps.written.values() if w.topic == TOPIC and w.key not in without]
    return [(event, _delay(event, moves)) for event in events]


def _delay(event: Written, moves: Mapping[Stream, Sequence[Moved]]) -> float:
    of_key = moves.get(event.stream, ())
    place = bisect_left(of_key, event.version, key=lambda moved: moved.version)
    return (of_key[place].at - event.at).total_seconds() if place < len(of_key) else math.inf


def _lag(delays: Sequence[float]) -> float:
    return sorted(delays)[int(len(delays) * _QUICKEST)]


def _around(poison: Poison, delays: Sequence[tuple[Written, float]]) -> tuple[list[float], list[float]]:
    """While it was held: the delays on its own partition, and those on all others."""
    near, far = list[float](), list[float]()
    for event, delay in delays:
        if event.at >= poison.sent_at and (poison.released_at is None or event.at <= poison.released_at):
            (near if event.lane == lane_of(poison.key) else far).append(delay)
    return near, far
