"""What strangers write into events, keys and errors is shown by every verb as it stands, and obeyed by none."""

import json
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from academy.cli.events import Lines
from academy.cli.screen import Screen
from academy.operations.kafka_log import LogRecord
from academy.operations.tail import Wish
from shared.contracts.envelope import Envelope
from shared.messaging.wire import Event
from tests.unit.academy.cli.asking import said
from tests.unit.academy.cli.hostile import HOSTILE, SEEN, WORSE, WORSE_SEEN, harmless
from tests.unit.replay.gateways import Asked, Server, serving

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
IDS = [str(UUID(int=n)) for n in (1, 2)]


def event(event_id: str, **more: object) -> dict[str, Any]:
    """A standing event in whose every text somebody tries his luck; both sides read it."""
    always = {"event_id": event_id, "topic": HOSTILE, "key": HOSTILE, "version": 5, "type": f"uk.nhs.{HOSTILE}.v1"}
    cause = {"error_class": HOSTILE, "last_error": HOSTILE, "deferred_at": AT.isoformat(), "parked_at": AT.isoformat()}
    return always | cause | {"waiting_behind": 0} | more


def whole(event_id: str) -> dict[str, Any]:
    content = {"source": WORSE, "correlation_id": WORSE, "type": WORSE}
    return event(event_id, envelope=content, headers=content, payload=WORSE)


def record(record_id: str, **more: object) -> dict[str, Any]:
    place = {"topic": HOSTILE, "partition": 0, "offset": 7, "bytes": 9, "noted_at": AT.isoformat()}
    return {"id": record_id, "key": "k" if more else HOSTILE} | place | more


def page(*items: Mapping[str, Any]) -> dict[str, Any]:
    return {"items": items, "next": None}


LISTS = {
    "deferred-events": page(*map(event, IDS)),
    "parked-events": page(*map(event, IDS)),
    "undecodable-records": page(*map(record, IDS)),
    "undecodable-records/passed-by": page(
        {"topic": HOSTILE, "reason": HOSTILE, "records": 2, "last_day": "2026-11-30", "partition": 0, "offset": 7}
    ),
    "actions": page(
        {"id": IDS[0], "at": AT.isoformat(), "caller": HOSTILE, "action": HOSTILE, "reason": HOSTILE, "event_ids": IDS}
    ),
    f"deferred-events/{IDS[0]}": whole(IDS[0]),
    f"parked-events/{IDS[0]}": whole(IDS[0]),
    f"undecodable-records/{IDS[1]}": record(IDS[1], headers=[(HOSTILE, HOSTILE)], payload=HOSTILE),
    "delivery": {"outbox": 0, "parked": 0, "deferred": 0, "dead": 0, "withheld": HOSTILE, "lag": 0}
    | {"events_published": {HOSTILE: 1}, "applied_by_topic": {}},
}


def told(asked: Asked) -> web.Response:
    """As the operations API of a service answers."""
    path = asked.path.partition("operations/")[2]
    if asked.method == "POST":
        done = {"action": path, "dry_run": asked.body["dry_run"], "event_ids": IDS, "waiting_behind": 0}
        return web.json_response(done)
    if path in LISTS:
        return web.json_response(LISTS[path])
    return web.json_response({"code": "not_found", "detail": "no such event"}, status=404)


def refused(asked: Asked) -> web.Response:
    return web.json_response({"code": HOSTILE, "detail": WORSE}, status=409)


@pytest.fixture
async def gateway() -> AsyncGenerator[Server]:
    async with serving(told) as server:
        yield server


@pytest.mark.parametrize(
    ("words", "seen", "times"),
    [
        ("dlq list --state gap", SEEN, 2 * 4),
        ("dlq list --state gap -n 1", SEEN, 3 + 4),
        (f"dlq show {IDS[0]}", WORSE_SEEN, 4),
        ("dlq list --state undecodable", rf"key {SEEN[:54]}", 2),
        ("dlq list --state undecodable", "2 more only counted, the last of 2026-11-30 at ", 1),
        (f"dlq show {IDS[1]}", SEEN, 1 + 2 + 1),
        ("dlq actions", SEEN, 3),
        ("outbox parked", SEEN, 2 * 4),
        ("outbox parked -n 1", SEEN, 3 + 4),
        (f"outbox show {IDS[0]}", WORSE_SEEN, 4),
    ],
)
async def test_is_shown_whole_with_escapes(words: str, seen: str, times: int, gateway: Server, tmp_path: Path) -> None:
    found = await said(gateway, [*words.split(), "--service", "coaching"], tmp_path)
    assert found.exception is None, found.output
    assert harmless(found.output)
    assert found.output.count(seen) == times


async def test_a_release_before_tells_what_it_passed_by_as_an_array(tmp_path: Path) -> None:
    def before(asked: Asked) -> web.Response:
        if asked.path.endswith("/passed-by"):
            return web.json_response(LISTS["undecodable-records/passed-by"]["items"])
        return told(asked)

    async with serving(before) as server:
        found = await said(server, ["dlq", "list", "--state", "undecodable", "--service", "coaching"], tmp_path)
    assert found.exit_code == 0, found.output
    assert "coaching: 2 undecodable records" in found.output


@pytest.mark.parametrize("status", [404, 422])
async def test_what_a_release_before_does_not_tell_hides_nothing_else(status: int, tmp_path: Path) -> None:
    def before(asked: Asked) -> web.Response:
        if asked.path.endswith("/passed-by"):
            return web.json_response({"code": "not_found", "detail": "no such record is kept here"}, status=status)
        return told(asked)

    async with serving(before) as server:
        found = await said(server, ["dlq", "list", "--state", "undecodable", "--service", "coaching"], tmp_path)
    assert found.exit_code == 0, found.output
    assert "coaching: 2 undecodable records" in found.output


@pytest.mark.parametrize(
    ("verb", "kinds"),
    [
        ("dlq accept-gap", 3),
        ("dlq skip", 3),
        ("dlq replay", 3),
        ("outbox retry", 3),
        ("outbox skip", 3),
        ("dlq drop", 1),
    ],
)
async def test_keeps_nobody_from_acting(verb: str, kinds: int, gateway: Server, tmp_path: Path) -> None:
    how = ["--service", "coaching", "--topic", HOSTILE, "--reason", HOSTILE, "--yes"]
    found = await said(gateway, [*verb.split(), *how], tmp_path)
    assert (found.exception, found.exit_code) == (None, 0), found.output
    assert harmless(found.output)
    assert found.output.count(SEEN) == kinds
    actions = [asked.body for asked in gateway.asked if asked.method == "POST"]
    assert [action["dry_run"] for action in actions] == [True, False]
    assert actions[1]["event_ids"] == IDS
    assert actions[1]["reason"] == HOSTILE


async def test_is_in_a_document_for_programs_as_it_was(gateway: Server, tmp_path: Path) -> None:
    found = await said(gateway, ["dlq", "show", IDS[0], "--service", "coaching", "--json"], tmp_path)
    assert json.loads(found.stdout)["services"]["coaching"]["event"]["payload"] == WORSE


@pytest.mark.parametrize(
    "words", ["dlq list", "dlq accept-gap --topic t --reason fixed", "outbox status", "streams status"]
)
async def test_is_shown_of_a_refusal_too(words: str, tmp_path: Path) -> None:
    async with serving(refused) as server:
        found = await said(server, [*words.split(), "--service", "coaching"], tmp_path)
    assert found.exit_code == 1
    assert harmless(found.output)
    assert f"coaching: refuses: {WORSE_SEEN} (409 {SEEN})" in found.output


async def test_is_shown_of_a_report_too(gateway: Server, tmp_path: Path) -> None:
    found = await said(gateway, ["outbox", "status", "--service", "coaching"], tmp_path)
    assert (found.exit_code, harmless(found.output)) == (1, True)
    assert f"its database is {SEEN}" in found.output


def reported(asked: Asked) -> web.Response:
    """As the services answer a review: all is nought, but for an event on a topic of a stranger's."""
    match asked.path.rpartition("/")[2]:
        case "token":
            return web.json_response({"access_token": "t"})
        case "reach":
            return web.json_response({"interventions": 1, "enrolments": 1})
        case "messages":
            return web.json_response({"sent": 7, "under_way": 0, "uncertain": 0})
        case "stats":
            return web.json_response({"distinct_message_ids": 7})
        case _:
            waiting = {"outbox": 0, "lag": 0, "deferred": 0, "dead": 0}
            return web.json_response(waiting | {"events_published": {WORSE: 1}})


@pytest.mark.parametrize(("answer", "seen"), [(reported, f"Events on {WORSE_SEEN}"), (refused, WORSE_SEEN)])
async def test_is_shown_of_a_review_too(answer: Any, seen: str, tmp_path: Path) -> None:
    async with serving(answer) as server:
        found = await said(server, ["review", "--gateway", server.address], tmp_path)
    assert (found.exit_code, harmless(found.output)) == (1, True)
    assert seen in found.output


def test_is_shown_of_a_record_in_the_log_too() -> None:
    envelope = Envelope(
        id=uuid4(),
        source=HOSTILE,
        type=f"uk.nhs.{HOSTILE}.v1",
        time=AT,
        topic="enrolment.cohorts",
        key=HOSTILE,
        sequence=1,
        correlation_id=HOSTILE,
        causation_id=None,
        traceparent=None,
    )
    content = Event(envelope, HOSTILE.encode())
    shown = Lines(Wish(()), Screen(width=200), payload=True, as_json=False)(
        LogRecord("enrolment.cohorts", 3, 1, AT, HOSTILE.encode(), content)
    )
    assert harmless(shown)
    assert [line.count(SEEN) for line in shown.split("\n")] == [3, 1]
