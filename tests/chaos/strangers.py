"""Records of a stranger: no events, whatever their headers say; each is to be passed, and told of once."""

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from shared.contracts.envelope import source_of
from shared.contracts.topics import PARTITIONS, owner
from shared.ids import new_id
from shared.messaging.dead_letters import topic_of
from tests.chaos import wiretap
from tests.chaos.dumps import Dumps, Seen
from tests.chaos.invariants import Finding
from tests.chaos.poison import TOPIC
from tests.chaos.scene import AFTERWARDS, an_id
from tests.chaos.site import Site

Headers: TypeAlias = Sequence[tuple[str, bytes | None]]

ELSEWHERE = "talent.members"
"""Takes large records while the other topic is kept from it."""

_LARGE = 950_000
_LONG_KEY = 3_000
_WILD = 6


@dataclass(frozen=True, slots=True)
class Stranger:
    """A record to be sent; key and value tell it from every other, also where nobody learnt whether it arrived."""

    key: bytes
    value: bytes | None
    headers: Headers
    topic: str = TOPIC

    @property
    def face(self) -> tuple[str, str, bytes]:
        return self.topic, self.key.decode(errors="replace"), self.value or b""


class Strangers:
    """Sends them, spread over the partitions; `sent` holds also what may not have arrived."""

    def __init__(self, site: Site, draw: random.Random) -> None:
        self.sent: list[Stranger] = []
        self._site = site
        self._draw = draw

    async def send(self) -> None:
        for stranger in drawn(self._draw):
            self.sent.append(stranger)
            place = self._draw.randrange(PARTITIONS)
            await wiretap.produce(
                self._site.kafka, stranger.topic, place, stranger.key, stranger.value, headers=stranger.headers
            )


def drawn(draw: random.Random) -> list[Stranger]:
    """One of each kind that can be told, and some that nobody thought of."""
    told = [_spoilt(draw, **change) for change in _CHANGES]
    long_key = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=_LONG_KEY)).encode()
    told += [replace(_spoilt(draw), key=key) for key in (long_key, f"nul \0 {an_id(draw)}".encode())]
    told += [Stranger(draw.randbytes(20), None, headers) for headers in ((), [("ce_id", None)])]
    large = Stranger(draw.randbytes(20), draw.randbytes(_LARGE), (), ELSEWHERE)
    return [*told, large, *(_wild(draw) for _ in range(_WILD))]


def _spoilt(draw: random.Random, **changes: str) -> Stranger:
    """An envelope as ours but for what is changed."""
    key = an_id(draw)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(new_id()),
        "ce_source": source_of(owner(TOPIC), "development"),
        "ce_type": "uk.nhs.midlands-leadership.enrolment.SessionAttended.v1",
        "ce_time": AFTERWARDS.isoformat(),
        "ce_sequence": "1",
        "ce_correlationid": key,
    }
    told = [(name, value.encode()) for name, value in (headers | changes).items()]
    return Stranger(key.encode(), draw.randbytes(30), told)


def _wild(draw: random.Random) -> Stranger:
    headers = [(_text(draw), draw.randbytes(draw.randrange(40))) for _ in range(draw.randrange(8))]
    return Stranger(draw.randbytes(draw.randint(8, 60)), draw.randbytes(draw.randrange(2_000)), headers)


def _text(draw: random.Random) -> str:
    return "".join(chr(draw.randrange(1, 0xD800)) for _ in range(draw.randrange(12)))


_CHANGES: Sequence[Mapping[str, str]] = (
    *({"ce_sequence": number} for number in ("0", "-1", str(2**63), "one")),
    {"ce_source": "a \0 stranger"},
    {"ce_source": source_of("a-stranger", "development")},
    {"ce_sequence": str(2**52)},
    {"ce_correlationid": "nul \0"},
    {"ce_id": "nobody"},
    {"ce_time": "at no moment"},
    {"ce_specversion": "0.3"},
    {"content-type": "application/cloudevents+json"},
)


def places(dumps: Dumps, sent: Sequence[Stranger]) -> dict[str, Seen]:
    """Where their records stand."""
    faces = {stranger.face for stranger in sent}
    return {f"{r.topic}/{r.partition}/{r.offset}": r for r in dumps.seen if (r.topic, r.key, r.value) in faces}


def disowned(dumps: Dumps, sent: Sequence[Stranger]) -> Dumps:
    """The same where no stranger's record passes for an event, whatever id it bears."""
    theirs = {(r.topic, r.partition, r.offset) for r in places(dumps, sent).values()}
    seen = [replace(r, event_id=None) if (r.topic, r.partition, r.offset) in theirs else r for r in dumps.seen]
    return replace(dumps, seen=seen)


def passed(dumps: Dumps, sent: Sequence[Stranger], reads: Callable[[str], Collection[str]]) -> Finding:
    """Whoever `reads` the topic has told of each, once; judged by the dead letters alone."""
    letters, checked, wrong = _letters(dumps), 0, list[str]()
    for place, record in places(dumps, sent).items():
        for consumer in reads(record.topic):
            count = len(letters[topic_of(record.topic, consumer), place])
            checked += 1
            wrong += [f"{consumer}: {count} dead letters of {place}, not 1"] * (count != 1)
    return Finding(15, "strangers' records are passed, and told of once", checked, wrong)


def _letters(dumps: Dumps) -> Mapping[tuple[str, str], set[object]]:
    found: defaultdict[tuple[str, str], set[object]] = defaultdict(set)
    for record in dumps.seen:
        if record.origin is not None:
            found[record.topic, record.origin].add(record.event_id)
    return found
