"""Records that are no events: whatever their bytes are, each is kept once, told once, shown and dropped."""

import asyncio
import json
import random
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
from shared.postgres import database
from shared.postgres.database import Database
from tests.service.shared.deliveries import delivered
from tests.support.databases import execute, rows
from tests.support.delivery import PUBLIC_URL, TOPIC
from tests.support.services import Client, ServiceUnderTest, problem
from tests.support.strange import Record, leaps, outcome, standing, strange

PATH = "/v1/operations/undecodable-records"
WHY = "looked at, its writer was told"
CONTACTS = "enrolment.contacts"
STRANGE = 200


def broken(offset: int = 7, *, topic: str = TOPIC, key: bytes | None = b"k", value: bytes | None = b"?") -> Undecodable:
    """A record without an envelope."""
    return Undecodable(topic, 0, offset, key, value, [("from", b"elsewhere\0")])


async def dead_letter(adder: ServiceUnderTest, *records: Undecodable) -> None:
    await adder.db.run(undecodable.dead_letter, "adder", records)


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
    await dead_letter(adder, broken(key=raw))
    assert [letter[1] for letter in await letters(adder.db)] == [key]
    assert await rows(adder.db, "select key from undecodable_record") == [(raw and raw[:LARGEST],)]


@pytest.mark.parametrize("kind", ["raw", "event"])
async def test_a_dead_letter_that_no_batch_would_hold_is_cut_and_says_so(adder: ServiceUnderTest, kind: str) -> None:
    payload = b"x" * 1_040_000
    if kind == "raw":
        await dead_letter(adder, broken(value=payload))
    else:
        await adder.receive(Event(delivered(1).envelope, payload))
    [(_, _, sent, headers)] = await letters(adder.db)
    assert (sent, headers["originbytes"]) == (payload[:LARGEST], "1040000")
    await every_letter_can_be_sent_and_read(adder)


async def test_what_fits_is_sent_whole_and_says_nothing_of_a_cut(adder: ServiceUnderTest) -> None:
    await dead_letter(adder, broken(value=b"x" * LARGEST))
    [(_, _, sent, headers)] = await letters(adder.db)
    assert (len(sent), "originbytes" in headers) == (LARGEST, False)


async def test_a_redelivery_and_another_member_find_the_record_kept(adder: ServiceUnderTest) -> None:
    batch = [broken(n) for n in range(50)]
    await asyncio.gather(dead_letter(adder, *batch), dead_letter(adder, *reversed(batch)))
    await dead_letter(adder, *batch)
    kept = await rows(adder.db, "select id from undecodable_record order by id")
    assert sorted(letter[0] for letter in await letters(adder.db)) == [row[0] for row in kept]
    assert {row[0] for row in kept} == {dead_letters.id_of("adder", record) for record in batch}


async def test_what_is_kept_goes_with_its_topic_and_after_ninety_days(adder: ServiceUnderTest) -> None:
    await dead_letter(adder, *(broken(days, topic=topic) for topic in (TOPIC, CONTACTS) for days in (6, 8, 89, 91)))
    await execute(adder.db, """update undecodable_record set noted_at = noted_at - "offset" * interval '1 day'""")
    await adder.db.run(undecodable.forget)
    left = await rows(adder.db, 'select topic, "offset" from undecodable_record order by topic, "offset"')
    assert left == [(TOPIC, 6), (TOPIC, 8), (TOPIC, 89), (CONTACTS, 6)]


async def test_how_many_are_kept_is_told_to_prometheus_and_in_the_report(adder: ServiceUnderTest, ops: Client) -> None:
    await dead_letter(adder, broken(1), broken(2))
    await undecodable.measure(adder.db, "adder")
    assert REGISTRY.get_sample_value("academy_undecodable_records", {"consumer": "adder"}) == 2
    assert (await ops.get("/v1/operations/delivery")).json()["undecodable"] == 2


async def test_records_are_listed_in_pages_and_shown_with_escapes(adder: ServiceUnderTest, ops: Client) -> None:
    await dead_letter(adder, *(broken(n, key=b"a\0", value=b"{\n\xff") for n in range(5)))
    page = (await ops.get(PATH, params={"limit": 3})).json()
    rest = (await ops.get(PATH, params={"limit": 3, "after": page["next"]})).json()
    assert sorted(item["offset"] for item in page["items"] + rest["items"]) == list(range(5))
    whole = (await ops.get(f"{PATH}/{page['items'][0]['id']}")).json()
    assert (whole["key"], whole["payload"], whole["bytes"]) == (r"a\x00", r"{\n\xff", 3)
    assert whole["headers"] == [["from", r"elsewhere\x00"]]
    assert problem(await ops.get(f"{PATH}/{uuid4()}")) == (404, "not_found")


async def test_nothing_of_a_restricted_topic_is_shown(adder: ServiceUnderTest, ops: Client) -> None:
    await dead_letter(adder, broken(topic=CONTACTS, key=b"secret", value=b"secret"))
    [item] = (await ops.get(PATH)).json()["items"]
    whole = await ops.get(f"{PATH}/{item['id']}")
    assert whole.json()["payload"] == item["key"] == "withheld: restricted topic"
    assert "secret" not in whole.text
    assert "elsewhere" not in whole.text


async def test_records_are_dropped_by_id_or_topic_and_their_letters_stay(adder: ServiceUnderTest, ops: Client) -> None:
    await dead_letter(adder, broken(1), broken(2), broken(3, topic=CONTACTS))
    one = str(dead_letters.id_of("adder", broken(1)))
    assert await drop(ops, event_ids=[one], dry_run=True) == [one]
    assert len(await rows(adder.db, "select id from undecodable_record")) == 3
    assert await rows(adder.db, "select act from operator_act") == []
    assert await drop(ops, event_ids=[one], dry_run=False) == [one]
    [other] = await drop(ops, topic=TOPIC, dry_run=False)
    assert await rows(adder.db, "select topic from undecodable_record") == [(CONTACTS,)]
    taken = await rows(adder.db, "select act, reason, event_ids from operator_act order by at")
    assert taken == [("drop_undecodable", WHY, [UUID(one)]), ("drop_undecodable", WHY, [UUID(other)])]
    assert (await ops.get("/v1/operations/actions")).json()["items"][0]["action"] == "drop_undecodable"
    assert len(await letters(adder.db)) == 3


async def drop(ops: Client, **body: Any) -> list[str]:
    answer = await ops.post(f"{PATH}/drop", json={"reason": WHY} | body)
    return answer.raise_for_status().json()["event_ids"]


async def test_never_everything_is_dropped_by_accident_and_at_most_a_thousand(
    adder: ServiceUnderTest, ops: Client
) -> None:
    await dead_letter(adder, *(broken(n) for n in range(1_001)))
    assert problem(await ops.post(f"{PATH}/drop", json={"reason": WHY})) == (422, "nothing_selected")
    assert len(await drop(ops, topic=TOPIC, dry_run=False)) == 1_000
    assert len(await rows(adder.db, "select id from undecodable_record")) == 1


async def test_whatever_a_record_holds_it_is_an_event_or_is_dead_lettered(adder: ServiceUnderTest) -> None:
    records = [replace(record, offset=n) for n, record in enumerate(strange(STRANGE))]
    decoded = [wire.decode(record, TOPIC) for record in records]
    events, unread = [d for d in decoded if isinstance(d, Event)], [d for d in decoded if isinstance(d, Undecodable)]
    assert min(len(events), len(unread)) > STRANGE / 5, "too few of one kind to prove anything"
    await adder.receive(*events)
    await dead_letter(adder, *unread)
    cursors, aside = await adder.db.read(outcome)
    believed, leapt = [e for e in events if not leaps(e)], [e.raw for e in events if leaps(e)]
    assert [event for event in believed if not standing(event, cursors, aside)] == []
    kept = await rows(adder.db, 'select "offset" from undecodable_record order by "offset"')
    assert leapt
    assert [row[0] for row in kept] == sorted(raw.offset for raw in (*unread, *leapt) if raw)
    await every_letter_can_be_sent_and_read(adder)


async def every_letter_can_be_sent_and_read(adder: ServiceUnderTest) -> None:
    found = await rows(adder.db, "select event_id, key, version, type, payload, headers from outbox")
    producer = Producer(Cluster("127.0.0.1:1"))
    encoder = wire.HeaderEncoder(source_of("adder", "development"), public_url=PUBLIC_URL)
    for event_id, key, version, kind, payload, headers in found:
        row = {"event_id": event_id, "type": kind, "key": key, "version": version, "headers": json.dumps(headers)}
        assert producer.batch().add(key.encode(), payload, encoder.of(row))
        assert isinstance(wire.decode(Record(key.encode(), payload, encoder.of(row)), topic_of(TOPIC, "adder")), Event)


COST = 1_024 + 900 + 1 + 4 * (3 * len(b"k") + len(b"from" + b"elsewhere\0"))
"""What one of these takes of a day's budget."""


def heavy(offset: int, *, topic: str = TOPIC) -> Undecodable:
    return broken(offset, topic=topic, value=b"x" * 900)


async def offsets(db: Database) -> list[int]:
    return [row[0] for row in await rows(db, 'select "offset" from undecodable_record order by "offset"')]


async def test_of_a_flood_the_first_are_kept_and_of_the_rest_only_how_many(
    adder: ServiceUnderTest, ops: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undecodable, "DAILY_BYTES", 3 * COST)
    await dead_letter(adder, *(heavy(n) for n in reversed(range(10))))
    assert await offsets(adder.db) == [0, 1, 2]
    assert len(await letters(adder.db)) == 3
    [counted] = (await ops.get(f"{PATH}/passed-by")).json()["items"]
    day = counted.pop("last_day")
    assert counted == {"topic": TOPIC, "reason": "Undecodable", "records": 7, "partition": 0, "offset": 9}
    assert await rows(adder.db, "select day::text from undecodable_budget") == [(day,)]
    assert (await ops.get("/v1/operations/delivery")).json()["undecodable"] == 10
    await undecodable.measure(adder.db, "adder")
    assert REGISTRY.get_sample_value("academy_undecodable_records", {"consumer": "adder"}) == 10


async def test_counts_add_up_and_tell_of_the_last_day_and_place(
    adder: ServiceUnderTest, ops: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(undecodable, "DAILY_BYTES", 0)
    await dead_letter(adder, heavy(1), heavy(2))
    await dead_letter(adder, heavy(3))
    await execute(adder.db, "update undecodable_budget set day = day - 1")
    await dead_letter(adder, heavy(4), heavy(5))
    monkeypatch.setattr(undecodable, "DAILY_BYTES", COST)
    await dead_letter(adder, heavy(6))
    [counted] = (await ops.get(f"{PATH}/passed-by")).json()["items"]
    [(today,)] = await rows(adder.db, "select max(day)::text from undecodable_budget")
    assert counted | {"topic": "", "reason": ""} == {
        "topic": "", "reason": "", "records": 5, "partition": 0, "offset": 5, "last_day": today,
    }  # fmt: skip
    told = [line for line in capsys.readouterr().out.splitlines() if "records_passed_by" in line]
    assert len(told) == 3


async def test_a_flood_of_what_is_slow_to_write_down_is_passed_by_in_no_time(
    adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were each escaped before it is passed by, a batch would outlast its transaction, again and again."""
    monkeypatch.setattr(undecodable, "DAILY_BYTES", 0)
    monkeypatch.setattr(wire, "escaped", None)
    headers = [("h", b"\0" * 1_000)] * 100
    await dead_letter(adder, *(Undecodable(TOPIC, 0, n, b"k", b"v", headers) for n in range(100)))
    assert await rows(adder.db, "select passed_by from undecodable_budget") == [(100,)]


async def test_the_same_place_twice_in_a_batch_is_spent_once(adder: ServiceUnderTest) -> None:
    await dead_letter(adder, heavy(1), heavy(1))
    assert await rows(adder.db, "select bytes from undecodable_budget") == [(COST,)]


async def test_a_record_that_is_too_large_for_what_is_left_keeps_no_smaller_one_out(
    adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undecodable, "DAILY_BYTES", 2 * COST)
    await dead_letter(adder, heavy(1), broken(2, value=b"x" * 901), heavy(3), heavy(4))
    assert await offsets(adder.db) == [1, 3]


@pytest.mark.parametrize(
    ("record", "cost"),
    [
        (Undecodable(TOPIC, 0, 1, b"k" * 100, None, []), 100 + 4 * 3 * 100),
        (Undecodable(TOPIC, 0, 1, b"k" * 1_000_000, None, []), LARGEST + 4 * 3 * 1_000),
        (Undecodable(TOPIC, 0, 1, None, b"v" * 400, []), 400),
        (Undecodable(TOPIC, 0, 1, None, b"v" * 1_000_000, []), LARGEST),
        (Undecodable(TOPIC, 0, 1, None, None, [("h" * 400, None)]), 4 * 400),
        (Undecodable(TOPIC, 0, 1, None, None, [("", b"h" * 5_000)]), 4 * 1_000),
        (Undecodable(TOPIC, 0, 1, None, None, [("", b"\0" * 1_000)] * 100), 4 * 16_000),
    ],
    ids=["key", "large key", "value", "large value", "name of a header", "large header", "many headers"],
)
async def test_whatever_of_a_record_is_kept_is_spent(
    record: Undecodable, cost: int, adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for budget, kept in ((1_024 + cost - 1, []), (1_024 + cost, [1])):
        monkeypatch.setattr(undecodable, "DAILY_BYTES", budget)
        await dead_letter(adder, record)
        assert await offsets(adder.db) == kept


async def test_what_is_spent_is_at_least_what_the_record_and_its_letter_take(adder: ServiceUnderTest) -> None:
    noise = random.Random(1).randbytes  # which Postgres cannot make small
    headers = [("\0" * 9, noise(999)) for _ in range(30)]
    await dead_letter(adder, *(Undecodable(TOPIC, 0, n, noise(250), noise(300), headers) for n in range(50)))
    taken = """
    select (select sum(pg_column_size(r)) from undecodable_record r) + (select sum(pg_column_size(o)) from outbox o)
    + (select sum(2 * pg_column_size(s)) from stream s) <= (select bytes from undecodable_budget)
    """
    assert await rows(adder.db, taken) == [(True,)]


async def test_nothing_at_all_is_spent_too(adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undecodable, "DAILY_BYTES", 5 * 1_024)
    await dead_letter(adder, *(Undecodable(TOPIC, 0, n, None, None, [("", None)] * 100) for n in range(20)))
    assert len(await offsets(adder.db)) == 5


async def test_each_topic_reason_and_day_has_its_own(adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undecodable, "DAILY_BYTES", COST)
    foreign = replace(heavy(3), reason=wire.Reason.FOREIGN_SOURCE)
    await dead_letter(adder, heavy(1), heavy(2), foreign, heavy(4, topic=CONTACTS))
    assert await offsets(adder.db) == [1, 3, 4]
    await execute(adder.db, "update undecodable_budget set day = day - 1")
    await dead_letter(adder, heavy(5), heavy(6))
    assert await offsets(adder.db) == [1, 3, 4, 5]


async def test_a_redelivery_spends_nothing_nor_do_members_who_come_with_the_same(
    adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undecodable, "DAILY_BYTES", 2 * COST)
    await asyncio.gather(*(dead_letter(adder, heavy(1), heavy(2)) for _ in range(6)))
    await dead_letter(adder, heavy(1), heavy(2))
    assert await offsets(adder.db) == [1, 2]
    assert await rows(adder.db, "select bytes, passed_by from undecodable_budget") == [(2 * COST, 0)]


async def test_once_all_of_a_topic_is_dropped_its_day_begins_anew(
    adder: ServiceUnderTest, ops: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undecodable, "DAILY_BYTES", 2 * COST)
    await dead_letter(adder, *(heavy(n) for n in range(4)), heavy(9, topic=CONTACTS))
    await drop(ops, event_ids=[str(dead_letters.id_of("adder", heavy(0)))], dry_run=False)
    await drop(ops, topic=TOPIC, dry_run=True)
    assert [one["records"] for one in (await ops.get(f"{PATH}/passed-by")).json()["items"]] == [2]
    await execute(
        adder.db, "insert into undecodable_budget select consumer, topic, reason, day - 1 from undecodable_budget"
    )
    await drop(ops, topic=TOPIC, dry_run=False)
    assert (await ops.get(f"{PATH}/passed-by")).json()["items"] == []
    assert await rows(adder.db, "select topic, bytes from undecodable_budget order by bytes desc") == [
        (CONTACTS, COST),
        (CONTACTS, 0),
    ]
    await dead_letter(adder, heavy(5))
    assert await offsets(adder.db) == [5, 9]


async def test_what_was_counted_goes_with_its_topic_and_after_ninety_days(adder: ServiceUnderTest) -> None:
    for days in (6, 9, 89, 92):
        await dead_letter(adder, broken(days), broken(days, topic=CONTACTS))
        await execute(adder.db, f"update undecodable_budget set day = day - {days} where day > current_date - 2")
    await adder.db.run(undecodable.forget)
    left = await rows(
        adder.db, "select topic, (now() at time zone 'UTC')::date - day from undecodable_budget order by 2"
    )
    assert left == [(TOPIC, 6), (CONTACTS, 6), (TOPIC, 9), (TOPIC, 89)]


@pytest.mark.parametrize("topics", [(TOPIC, CONTACTS), (CONTACTS, TOPIC)])
async def test_members_with_several_topics_wait_for_no_one_in_a_ring(
    topics: tuple[str, str], adder: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever topic comes first in each batch; a deadlock would be an error here, for nothing is tried again."""
    monkeypatch.setattr(database, "ATTEMPTS", 1)
    await asyncio.gather(*(execute(adder.db, "select pg_sleep(0.2)") for _ in range(6)))
    batches = [[broken(n + 50 * member, topic=topic) for topic in topics for n in range(40)] for member in range(3)]
    await asyncio.gather(*(dead_letter(adder, *order) for batch in batches for order in (batch, batch[::-1])))
    assert len(await offsets(adder.db)) == 240


async def test_counts_of_days_before_go_where_no_record_is_left_to_be_dropped(adder: ServiceUnderTest) -> None:
    await dead_letter(adder, broken(1), broken(2, topic=CONTACTS))
    await execute(adder.db, "delete from undecodable_record where topic = $1", CONTACTS)
    await adder.db.run(undecodable.forget)
    assert len(await rows(adder.db, "select topic from undecodable_budget")) == 2
    await execute(adder.db, "update undecodable_budget set day = day - 1")
    await adder.db.run(undecodable.forget)
    assert await rows(adder.db, "select topic from undecodable_budget") == [(TOPIC,)]


async def test_what_others_keep_while_all_is_dropped_is_spent_and_none_waits_in_a_ring(
    adder: ServiceUnderTest, ops: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ATTEMPTS", 1)
    await asyncio.gather(*(execute(adder.db, "select pg_sleep(0.2)") for _ in range(6)))
    both = (TOPIC, CONTACTS)
    for n in range(15):
        keeping = [dead_letter(adder, *(heavy(10 * n + m, topic=topic) for m in range(3) for topic in both))]
        dropping = [drop(ops, topic=topic, dry_run=False) for topic in both]
        await asyncio.gather(*keeping, *dropping)
        kept = await rows(adder.db, "select topic, count(*) * $1 from undecodable_record group by 1", COST)
        spent = dict(await rows(adder.db, "select topic, bytes from undecodable_budget"))
        assert all(spent[topic] >= cost for topic, cost in kept)
