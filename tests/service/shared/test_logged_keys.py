"""What the log says of an event that goes wrong: its id always, its key where the topic is open."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from structlog.testing import capture_logs

from shared.contracts.talent.members import PoolReadinessChanged
from shared.messaging.wire import Event
from tests.service.shared.deliveries import delivered
from tests.service.shared.readers import Reader

Make = Callable[..., Event]
LINES = {"event_dead", "event_gap", "chain_split", "deferral_waits", "version_reused"}
TWICE, GAP, REUSED = (UUID(int=n) for n in (21, 22, 23))


def judgement(sequence: int, *, key: UUID, event_id: UUID | None = None) -> Event:
    """Of a person, on a restricted topic."""
    event = delivered(sequence, key=key, event_id=event_id)
    kind = PoolReadinessChanged
    return replace(event, envelope=replace(event.envelope, topic=kind.topic, type=kind.event_type()))


def made_at(minute: int) -> UUID:
    """An id that tells its time."""
    return UUID(int=(minute * 60_000 << 80) | (7 << 76) | (0b10 << 62))


async def all_that_goes_wrong(reader: Reader, make: Make) -> list[Any]:
    """What is logged of a version used twice, a gap, a row nobody can read, and a version used again."""
    with capture_logs() as told:
        for _ in range(2):
            await reader.inbox.apply([make(1, key=TWICE)])
        await reader.inbox.apply([make(1, key=GAP), make(3, key=GAP)])
        await reader.do("update deferred set envelope = '{}' where state = 'gap'")
        await reader.work()
        for sequence, minute in ((1, 0), (2, 10), (1, 60)):
            await reader.inbox.apply([make(sequence, key=REUSED, event_id=made_at(minute))])
    return [line for line in told if line["event"] in LINES]


async def test_a_judgement_is_logged_by_its_id_alone(reader: Reader) -> None:
    told = await all_that_goes_wrong(reader, judgement)
    assert {line["event"] for line in told} == LINES
    assert [line for line in told if "key" in line or not line["event_id"]] == []
    assert not [key for key in (TWICE, GAP, REUSED) if str(key) in str(told)]


async def test_an_event_of_an_open_topic_is_logged_with_its_key(reader: Reader) -> None:
    told = await all_that_goes_wrong(reader, delivered)
    assert {line["event"] for line in told} == LINES
    assert {line["key"] for line in told} == {str(key) for key in (TWICE, GAP, REUSED)}
    assert all(line["event_id"] for line in told)
