"""Kafka refuses a record and does not say that it is the record's fault; a made-up Kafka, real Postgres."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

import pytest

from shared.messaging.outbox_publisher import SQL
from shared.messaging.producer import BatchRefused, Blame
from shared.messaging.suspects import PROOFS
from shared.postgres.database import Database, Transaction
from tests.support.delivery import TOPIC, announce, eventually, keys_in, numbered, relaying, unsent
from tests.support.staged import NOWHERE, Attempt, StagedKafka

LANE = 4
SICK, ALSO_SICK, WELL, ALSO_WELL = keys_in(LANE, 4)
REASON = "UnknownError"

pytestmark = pytest.mark.usefixtures("outlives_silence")


async def parked(db: Database) -> list[tuple[str, int, str]]:
    async def read(tx: Transaction) -> list[tuple[str, int, str]]:
        rows = await tx.fetch("select key, version, last_error from outbox where parked_at is not null order by seq")
        return [(row["key"], row["version"], row["last_error"]) for row in rows]

    return await db.read(read)


def doubting(*events: tuple[UUID, int]) -> StagedKafka:
    """A Kafka that will not have these, and answers as if it were ill."""
    bad = {(str(key), version) for key, version in events}

    async def answer(attempt: Attempt) -> None:
        if bad.intersection(attempt.records):
            raise BatchRefused(REASON, Blame.DOUBT)

    return StagedKafka(answer)


def times_alone(kafka: StagedKafka, key: UUID) -> int:
    return sum(attempt.records == ((str(key), 1),) for attempt in kafka.attempts)


def sent(kafka: StagedKafka) -> dict[str, list[int]]:
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for key, version in kafka.log:
        versions[key].append(version)
    return dict(versions)


async def left(db: Database, keys: Collection[UUID]) -> bool:
    return {key for key, _ in await unsent(db)} == {str(key) for key in keys}


async def test_each_of_several_is_parked_alone_and_all_others_arrive_in_order(db: Database, address: str) -> None:
    kafka = doubting((SICK, 1), (ALSO_SICK, 2))
    keys = (SICK, ALSO_SICK, WELL, ALSO_WELL)
    await db.run(announce, *(numbered(key, n) for n in (1, 2) for key in keys))
    await db.run(announce, *(numbered(key, n) for n in range(3, 9) for key in (WELL, ALSO_WELL)))
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(lambda: left(db, [SICK, ALSO_SICK]))
        await eventually(lambda: _both_parked(db))
    assert await parked(db) == [(str(SICK), 1, REASON), (str(ALSO_SICK), 2, REASON)]
    well = list(range(1, 9))
    assert sent(kafka) == {str(ALSO_SICK): [1], str(WELL): well, str(ALSO_WELL): well}
    assert kafka.through_spoilt == 0


async def _both_parked(db: Database) -> bool:
    return len(await parked(db)) == 2


async def test_when_the_next_keys_are_as_bad_a_witness_is_found_behind_them(db: Database, address: str) -> None:
    kafka = doubting((SICK, 1), (ALSO_SICK, 1))
    await db.run(
        announce, numbered(SICK, 1), numbered(ALSO_SICK, 1), *(numbered(WELL, n) for n in range(1, 2 * PROOFS + 3))
    )
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(lambda: _both_parked(db))
        await eventually(lambda: left(db, [SICK, ALSO_SICK]))


async def test_a_broker_that_is_ill_gets_nothing_parked_and_all_arrives_when_it_is_well(
    db: Database, address: str
) -> None:
    ill = True

    async def answer(_: Attempt) -> None:
        if ill:
            raise BatchRefused(REASON, Blame.DOUBT)

    kafka = StagedKafka(answer)
    await db.run(announce, *(numbered(key, n) for key in (SICK, WELL) for n in (1, 2)))
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(lambda: times_alone(kafka, SICK) >= 3)
        assert await parked(db) == []
        ill = False
        await eventually(lambda: left(db, []))
    assert sent(kafka) == {str(SICK): [1, 2], str(WELL): [1, 2]}


async def test_a_doubted_record_nobody_can_speak_against_waits_until_somebody_can(db: Database, address: str) -> None:
    kafka = doubting((SICK, 1))
    await db.run(announce, numbered(SICK, 1), numbered(SICK, 2))
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(lambda: times_alone(kafka, SICK) >= 3)
        assert await parked(db) == []
        await db.run(announce, *(numbered(WELL, n) for n in range(1, PROOFS + 1)))
        await eventually(lambda: parked(db))
    assert await parked(db) == [(str(SICK), 1, REASON)]
    assert sent(kafka) == {str(WELL): list(range(1, PROOFS + 1))}


async def test_a_record_that_fits_into_no_batch_is_parked_and_no_empty_batch_is_sent(
    db: Database, address: str
) -> None:
    kafka = StagedKafka(fit_no_batch=[(str(SICK), 1)])
    await db.run(announce, *(numbered(key, n) for key in (SICK, WELL) for n in (1, 2)))
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(lambda: left(db, [SICK]))
    assert await parked(db) == [(str(SICK), 1, "RecordTooLarge")]
    assert all(attempt.records for attempt in kafka.attempts)


@pytest.mark.parametrize(("passed_over", "rows", "key"), [(0, 400, 1), (1, 400, 2), (400, 400, 3), (400, 3, 2)])
async def test_a_witness_is_the_first_of_a_key_further_on_or_of_the_last_that_is_looked_at(
    db: Database, passed_over: int, rows: int, key: int
) -> None:
    keys = (SICK, ALSO_SICK, WELL, ALSO_WELL)
    await db.run(announce, *(numbered(key, n) for n in (1, 2) for key in keys))

    async def ask(tx: Transaction) -> tuple[str, int]:
        first = await tx.fetchval("select min(seq) from outbox")
        [row] = await tx.fetch(SQL["witness"], TOPIC, LANE, [first], passed_over, rows, 0, "")
        return row["key"], row["version"]

    assert await db.read(ask) == (str(keys[key]), 1)


async def test_where_no_other_key_is_there_is_no_witness(db: Database) -> None:
    await db.run(announce, numbered(SICK, 1), numbered(SICK, 2))

    async def ask(tx: Transaction) -> list[Any]:
        first = await tx.fetchval("select min(seq) from outbox")
        return await tx.fetch(SQL["witness"], TOPIC, LANE, [first], 3, 400, 0, "")

    assert await db.read(ask) == []
