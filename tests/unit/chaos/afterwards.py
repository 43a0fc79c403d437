"""What a run that kept every promise leaves behind; each test spoils one thing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from math import inf
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from shared.messaging.lanes import lane_of
from tests.chaos.dumps import Dumps, Moved, Sample, Seen, ServiceDump, Written
from tests.chaos.history import Answer, Command
from tests.chaos.poison import TOPIC, Poison

KEY = "0190a000-0000-7000-8000-00000000000a"
LANE = lane_of(KEY)
PLACE = (TOPIC, LANE)
STREAM = (TOPIC, KEY)
NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)
TYPE = "uk.nhs.midlands-leadership.enrolment.SessionAttended.v1"


def event_id(number: int) -> UUID:
    return UUID(int=number)


def written(version: int, *, key: str = KEY, seq: int | None = None, late: float = 0.0) -> Written:
    """An attendance, one a minute."""
    at = NOON + timedelta(seconds=late)
    number = version + (0 if key == KEY else hash(key) % 1_000_000)
    return Written(event_id(number), TOPIC, key, version, lane_of(key), seq or version, TYPE, f"cause {version}", at)


def seen(version: int, *, offset: int | None = None, key: str = KEY) -> Seen:
    row = written(version, key=key)
    payload = f'{{"effective_at": "{happened_at(version)}", "programme_code": "CLS"}}'.encode()
    place = version - 1 if offset is None else offset
    return Seen(TOPIC, row.lane, place, key, row.event_id, version, TYPE, payload)


def happened_at(version: int) -> str:
    return (NOON + timedelta(minutes=version)).isoformat()


def applied(version: int) -> dict[str, Any]:
    """The evidence it left."""
    kept = {"kept_in": "evidence", "person_id": KEY, "happened_at": happened_at(version)}
    return kept | {"programme_code": "CLS", "kind": "session_attended"}


def moved(version: int, *, after: float = 0.1, key: str = KEY) -> Moved:
    at = NOON + timedelta(seconds=after)
    return Moved("talent", TOPIC, key, version, event_id(version), at)


def sample(offset: int = 3, cursor: int = 3) -> Sample:
    return Sample("talent", frozenset({TOPIC}), {PLACE: offset}, {STREAM: cursor}, frozenset())


def well() -> Dumps:
    """Three events of one key: written, sent, applied, passed."""
    versions = range(1, 4)
    enrolment = ServiceDump("enrolment", written=[written(v) for v in versions])
    talent = ServiceDump("talent", moved=[moved(v) for v in versions], applied=[applied(v) for v in versions])
    return Dumps((enrolment, talent), [seen(v) for v in versions], [sample()], [sample()], {PLACE: 3})


def changed(dumps: Dumps, service: str, **changes: Any) -> Dumps:
    """The same with something else in one service's database."""
    services = [replace(s, **changes) if s.service == service else s for s in dumps.services]
    return replace(dumps, services=services)


def with_seen(*records: Seen) -> Dumps:
    return replace(well(), seen=records)


def a_poison(**changes: Any) -> Poison:
    """One that is held as it should be."""
    held = Poison("indigestible", "poison", "talent", event_id(99), NOON, stays=True, rows=1, behind=2)
    return replace(held, **changes)


def a_command(*answers: Answer, **changes: Any) -> Command:
    """An enrolment with what came back."""
    asked = Command("enrol", "enrolment", "/v1/cohorts/1/enrolments", {"person_id": KEY}, "", "key 1", list(answers))
    return replace(asked, **changes)


def neighbours(lags: Sequence[float], elsewhere: Sequence[float], poison: str) -> Dumps:
    """Events beside a poison, one a second, each passed so many seconds later; and others, in other partitions."""
    names = [f"person {number}" for number in range(50 * (len(lags) + len(elsewhere)))]
    beside = (name for name in names if lane_of(name) == lane_of(poison))
    others = (name for name in names if lane_of(name) != lane_of(poison))
    sides = [*zip(count(1), lags, beside, strict=False), *zip(count(1), elsewhere, others, strict=False)]
    rows = [_written(key, at) for at, _, key in sides]
    moves = [moved(1, key=key, after=at + lag) for at, lag, key in sides if lag < inf]
    return Dumps((ServiceDump("enrolment", written=rows), ServiceDump("talent", moved=moves)))


def _written(key: str, at: float) -> Written:
    return replace(written(1, key=key, late=at), event_id=uuid5(NAMESPACE_OID, key))
