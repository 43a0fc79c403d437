"""Records that are no events: whatever their bytes are, each is kept once, told once, shown and dropped."""

import asyncio
import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from shared.contracts.envelope import source_of
from shared.messaging import dead_letters, undecodable, wire
from shared.messaging.cluster import Cluster
from shared.messaging.dead_letters import topic_of
from shared.messaging.outbox import LARGEST
from shared.messaging.producer import Producer
from shared.messaging.wire import Event, Undecodable
from shared.postgres.database import Database
from tests.service.shared.deliveries import delivered
from tests.support.databases import execute, rows
from tests.support.delivery import TOPIC
from tests.support.services import Client, ServiceUnderTest, problem
from tests.support.strange import Record, leaps, outcome, standing, strange

PATH = "/v1/operations/undecodable-records"
WHY = "looked at, its writer was told"
CONTACTS = "enrolment.contacts"
STRANGE = 200


def broken(offset: int = 7, *, topic: str = TOPIC, key: bytes | None = b"k", value: bytes | None = b"?") -> Undecodable:
    """A record without an envelope."""
    return Undecodable(topic, 0, offset, key, value, [("from", b"elsewhere\0")])


async def set_aside(adder: ServiceUnderTest, *records: Undecodable) -> None:
    await adder.db.run(undecodable.set_aside, "adder", records)


async def letters(db: Database) -> list[Any]:
    """Id, key, payload and headers of the dead letters, oldest first."""
    return await rows(db, "select event_id, key, payload, headers from outbox order by seq")


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (None, f"{TOPIC}/0/7"),
        (b"", f"{TOPIC}/0/7"),
        (b"a\0b", r"a\x00b"),
        (b"a\xffb", r"a\xffb"),
        (b"k" * 1_000, "k" * 1_000),
        (b"k" * 1_001, f"{TOPIC}/0/7"),
        (b"\0" * 1_000, f"{TOPIC}/0/7"),
        (b"k" * 1_000_000, f"{TOPIC}/0/7"),
    ],
)
async def test_a_dead_letter_has_the_key_with_escapes_and_the_place_where_that_is_no_key(
    adder: ServiceUnderTest, raw: bytes | None, key: str
) -> None:
    await set_aside(adder, broken(key=raw))
    assert [letter[1] for letter in await letters(adder.db)] == [key]
    assert await rows(adder.db, "select key from undecodable_record") == [(raw and raw[:LARGEST],)]


@pytest.mark.parametrize("kind", ["raw", "event"])
async def test_a_dead_letter_that_no_batch_would_hold_is_cut_and_says_so(adder: ServiceUnderTest, kind: str) -> None:
    payload = b"x" * 1_040_000
    if kind == "raw":
        await set_aside(adder, broken(value=payload))
    else:
        await adder.receive(Event(delivered(1).envelope, payload))
    [(_, _, sent, headers)] = await letters(adder.db)
    assert (sent, headers["originbytes"]) == (payload[:LARGEST], "1040000")
    await every_letter_can_be_sent_and_read(adder)


async def test_what_fits_is_sent_whole_and_says_nothing_of_a_cut(adder: ServiceUnderTest) -> None:
    await set_aside(adder, broken(value=b"x" * LARGEST))
    [(_, _, sent, headers)] = await letters(adder.db)
    assert (len(sent), "originbytes" in headers) == (LARGEST, False)


async def test_a_redelivery_and_another_member_find_the_record_kept(adder: ServiceUnderTest) -> None:
    batch = [broken(n) for n in range(50)]
    await asyncio.gather(set_aside(adder, *batch), set_aside(adder, *reversed(batch)))
    await set_aside(adder, *batch)
    kept = await rows(adder.db, "select id from undecodable_record order by id")
    assert sorted(letter[0] for letter in await letters(adder.db)) == [row[0] for row in kept]
    assert {row[0] for row in kept} == {dead_letters.id_of("adder", record) for record in batch}


async def test_what_is_kept_goes_with_its_topic_and_after_ninety_days(adder: ServiceUnderTest) -> None:
    await set_aside(adder, *(broken(days, topic=topic) for topic in (TOPIC, CONTACTS) for days in (6, 8, 89, 91)))
    await execute(adder.db, """update undecodable_record set noted_at = noted_at - "offset" * interval '1 day'""")
    await adder.db.run(undecodable.forget)
    left = await rows(adder.db, 'select topic, "offset" from undecodable_record order by topic, "offset"')
    assert left == [(TOPIC, 6), (TOPIC, 8), (TOPIC, 89), (CONTACTS, 6)]


async def test_how_many_are_kept_is_told_to_prometheus_and_in_the_report(adder: ServiceUnderTest, ops: Client) -> None:
    await set_aside(adder, broken(1), broken(2))
    await undecodable.measure(adder.db, "adder")
    assert REGISTRY.get_sample_value("academy_undecodable_records", {"consumer": "adder"}) == 2
    assert (await ops.get("/v1/operations/delivery")).json()["undecodable"] == 2


async def test_records_are_listed_in_pages_and_shown_with_escapes(adder: ServiceUnderTest, ops: Client) -> None:
    await set_aside(adder, *(broken(n, key=b"a\0", value=b"{\n\xff") for n in range(5)))
    page = (await ops.get(PATH, params={"limit": 3})).json()
    rest = (await ops.get(PATH, params={"limit": 3, "after": page["next"]})).json()
    assert sorted(item["offset"] for item in page["items"] + rest["items"]) == list(range(5))
    whole = (await ops.get(f"{PATH}/{page['items'][0]['id']}")).json()
    assert (whole["key"], whole["payload"], whole["bytes"]) == (r"a\x00", r"{\n\xff", 3)
    assert whole["headers"] == [["from", r"elsewhere\x00"]]
    assert problem(await ops.get(f"{PATH}/{uuid4()}")) == (404, "not_found")


async def test_nothing_of_a_restricted_topic_is_shown(adder: ServiceUnderTest, ops: Client) -> None:
    await set_aside(adder, broken(topic=CONTACTS, key=b"secret", value=b"secret"))
    [item] = (await ops.get(PATH)).json()["items"]
    whole = await ops.get(f"{PATH}/{item['id']}")
    assert whole.json()["payload"] == item["key"] == "withheld: restricted topic"
    assert "secret" not in whole.text
    assert "elsewhere" not in whole.text


async def test_records_are_dropped_by_id_or_topic_and_their_letters_stay(adder: ServiceUnderTest, ops: Client) -> None:
    await set_aside(adder, broken(1), broken(2), broken(3, topic=CONTACTS))
    one = str(dead_letters.id_of("adder", broken(1)))
    assert await drop(ops, event_ids=[one], dry_run=True) == [one]
    assert len(await rows(adder.db, "select id from undecodable_record")) == 3
    assert await rows(adder.db, "select act from operator_act") == []
    assert await drop(ops, event_ids=[one], dry_run=False) == [one]
    [other] = await drop(ops, topic=TOPIC, dry_run=False)
    assert await rows(adder.db, "select topic from undecodable_record") == [(CONTACTS,)]
    acts = await rows(adder.db, "select act, reason, event_ids from operator_act order by at")
    assert acts == [("drop_undecodable", WHY, [UUID(one)]), ("drop_undecodable", WHY, [UUID(other)])]
    assert (await ops.get("/v1/operations/acts")).json()["items"][0]["act"] == "drop_undecodable"
    assert len(await letters(adder.db)) == 3


async def drop(ops: Client, **body: Any) -> list[str]:
    answer = await ops.post(f"{PATH}/drop", json={"reason": WHY} | body)
    return answer.raise_for_status().json()["event_ids"]


async def test_never_everything_is_dropped_by_accident_and_at_most_a_thousand(
    adder: ServiceUnderTest, ops: Client
) -> None:
    await set_aside(adder, *(broken(n) for n in range(1_001)))
    assert problem(await ops.post(f"{PATH}/drop", json={"reason": WHY})) == (422, "nothing_selected")
    assert len(await drop(ops, topic=TOPIC, dry_run=False)) == 1_000
    assert len(await rows(adder.db, "select id from undecodable_record")) == 1


async def test_whatever_a_record_holds_it_is_an_event_or_is_set_aside(adder: ServiceUnderTest) -> None:
    records = [replace(record, offset=n) for n, record in enumerate(strange(STRANGE))]
    decoded = [wire.decode(record, TOPIC) for record in records]
    events, unread = [d for d in decoded if isinstance(d, Event)], [d for d in decoded if isinstance(d, Undecodable)]
    assert min(len(events), len(unread)) > STRANGE / 5, "too few of one kind to prove anything"
    await adder.receive(*events)
    await set_aside(adder, *unread)
    cursors, aside = await adder.db.read(outcome)
    believed, leapt = [e for e in events if not leaps(e)], [e.raw for e in events if leaps(e)]
    assert [event for event in believed if not standing(event, cursors, aside)] == []
    kept = await rows(adder.db, 'select "offset" from undecodable_record order by "offset"')
    assert leapt
    assert [row[0] for row in kept] == sorted(raw.offset for raw in (*unread, *leapt) if raw)
    await every_letter_can_be_sent_and_read(adder)


async def every_letter_can_be_sent_and_read(adder: ServiceUnderTest) -> None:
    found = await rows(adder.db, "select event_id, key, version, type, payload, headers from outbox")
    producer, headings = Producer(Cluster("127.0.0.1:1")), wire.Headings(source_of("adder", "development"))
    for event_id, key, version, kind, payload, headers in found:
        row = {"event_id": event_id, "type": kind, "key": key, "version": version, "headers": json.dumps(headers)}
        assert producer.batch().add(key.encode(), payload, headings.of(row))
        assert isinstance(wire.decode(Record(key.encode(), payload, headings.of(row)), topic_of(TOPIC, "adder")), Event)


async def test_of_a_flood_so_much_is_kept_whole_and_of_the_rest_where_it_stands(
    adder: ServiceUnderTest, ops: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undecodable, "WHOLE_BYTES", 3_000)
    flood = [broken(n, value=b"x" * 900) for n in range(10)]
    await set_aside(adder, *flood)
    await set_aside(adder, broken(topic=CONTACTS, value=b"x" * 900))
    kept = await rows(adder.db, "select is_whole, payload, key, bytes from undecodable_record where topic = $1", TOPIC)
    assert sorted(kept, key=str) == [(False, None, None, 900)] * 7 + [(True, b"x" * 900, b"k", 900)] * 3
    assert await rows(adder.db, "select is_whole from undecodable_record where topic = $1", CONTACTS) == [(True,)]
    told = [(len(payload), headers.get("originbytes")) for _, _, payload, headers in await letters(adder.db)]
    assert sorted(told, key=str) == [(0, "900")] * 7 + [(900, None)] * 4
    page = (await ops.get(PATH, params={"limit": 20})).json()["items"]
    assert sorted(item["is_whole"] for item in page) == [False] * 7 + [True] * 4
    await every_letter_can_be_sent_and_read(adder)


async def test_a_redelivery_spends_nothing_and_another_day_has_its_own_bytes(
    adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undecodable, "WHOLE_BYTES", 2_000)
    for _ in range(5):
        await set_aside(adder, broken(1, value=b"x" * 900))
    await set_aside(adder, broken(2, value=b"x" * 900), broken(3, value=b"x" * 900))
    await execute(adder.db, "update undecodable_budget set day = day - 1")
    await set_aside(adder, broken(4, value=b"x" * 900))
    whole = await rows(adder.db, 'select is_whole from undecodable_record order by "offset"')
    assert sorted(whole[1:3]) == [(False,), (True,)]
    assert (whole[0], whole[3]) == ((True,), (True,))
    await execute(adder.db, "update undecodable_budget set day = day - 1")
    await adder.db.run(undecodable.forget)
    assert await rows(adder.db, "select day from undecodable_budget") != []
    await execute(adder.db, "update undecodable_budget set day = day - 1")
    await adder.db.run(undecodable.forget)
    assert await rows(adder.db, "select day from undecodable_budget") == []


async def test_two_members_with_two_topics_wait_for_no_one_in_a_ring(adder: ServiceUnderTest) -> None:
    batch = [broken(n, topic=topic) for n in range(40) for topic in (TOPIC, CONTACTS)]
    await asyncio.gather(*(set_aside(adder, *order) for order in (batch, batch[::-1]) for _ in range(3)))
    assert await rows(adder.db, "select count(*) from undecodable_record") == [(80,)]
