"""What is measured of the outbox and its database delays no sending, and is seen to be old when it is."""

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY

from shared.messaging import figures
from shared.messaging.figures import Ages
from shared.postgres.database import Database
from tests.support.databases import execute
from tests.support.delivery import announce, eventually, numbered, relaying, unsent
from tests.support.staged import NOWHERE, StagedKafka

if TYPE_CHECKING:
    from shared.postgres.database import Connection

KEY = UUID(int=1)
OF_THE_OUTBOX = ("academy_outbox_depth", "academy_outbox_parked", "academy_outbox_oldest_seconds")
OLDEST = "academy_database_oldest_transaction_seconds"
MEASURED = "academy_outbox_measured_timestamp_seconds"
END_MEASURING = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and application_name = 'relay-figures'
"""

pytestmark = pytest.mark.usefixtures("outlives_silence")


def figure(name: str) -> float:
    told = REGISTRY.get_sample_value(name)
    assert told is not None
    return told


def known(*names: str) -> bool:
    return not any(math.isnan(figure(name)) for name in names)


def unknown(*names: str) -> bool:
    return all(math.isnan(figure(name)) for name in names)


@pytest.fixture
def measures_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MEASURE_EVERY", 0.1)
    figures.metrics.OUTBOX_MEASURED.set(0)


@asynccontextmanager
async def a_session(address: str) -> AsyncGenerator["Connection"]:
    connection = await asyncpg.connect(address)
    try:
        yield connection
    finally:
        await connection.close()


async def refused(_: str) -> "Connection":
    """Postgres takes no new session."""
    raise ConnectionRefusedError


async def leaves(db: Database, kafka: StagedKafka, number: int) -> None:
    async def nothing_left() -> bool:
        return not await unsent(db)

    await db.run(announce, numbered(KEY, number))
    await eventually(nothing_left)
    assert kafka.log[-1] == (str(KEY), number)


@pytest.mark.usefixtures("measures_often")
async def test_a_lost_measuring_session_leaves_no_figures_and_the_relay_goes_on(
    address: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kafka = StagedKafka()
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(lambda: figure(MEASURED) > 0 and known(OLDEST, *OF_THE_OUTBOX))
        monkeypatch.setattr(figures, "_connect", refused)
        await execute(db, END_MEASURING)
        await eventually(lambda: unknown(OLDEST, *OF_THE_OUTBOX))
        await leaves(db, kafka, 1)
    assert kafka.producers == 1


@pytest.mark.usefixtures("measures_often")
async def test_what_takes_too_long_to_measure_is_no_number_and_the_relay_goes_on(
    address: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes, on whatever machine; how old transactions are is still told."""
    monkeypatch.setattr(figures, "SQL", {"transactions": figures.SQL["transactions"], "depth": ENDLESS})
    monkeypatch.setattr(figures, "_LONGEST_SECONDS", 0.5)
    kafka = StagedKafka()
    async with relaying(address, NOWHERE, "", new_producer=kafka.producer):
        await eventually(lambda: unknown(*OF_THE_OUTBOX) and known(OLDEST))
        await db.run(announce, numbered(KEY, 1))
        await eventually(lambda: kafka.log == [(str(KEY), 1)])
        assert unknown(*OF_THE_OUTBOX)
        assert figure(MEASURED) == 0
    assert kafka.producers == 1


ENDLESS = "select pg_sleep(600) as depth where $1::text[] is not null and $2::int is not null"
"""In the place of counting, which is as fast as the machine."""


@pytest.mark.usefixtures("measures_often")
async def test_a_snapshot_that_is_held_is_told(address: str) -> None:
    async with a_session(address) as other, relaying(address, NOWHERE, "", new_producer=StagedKafka().producer):
        await other.execute("begin isolation level repeatable read; select 1 from outbox")
        await eventually(lambda: figure(OLDEST) > 1)
        await other.execute("commit")
        await eventually(lambda: figure(OLDEST) < 1)


async def test_a_service_sees_the_transactions_of_others_too(address: str) -> None:
    """A role that is nobody special is not told when they began."""
    role = f"plain_{uuid4().hex[:8]}"
    async with a_session(address) as other, a_session(address) as ours:
        await other.execute("begin isolation level repeatable read; select 1 from outbox")
        await ours.execute(f"create role {role}; set role {role}")
        rows = await ours.fetch(figures.SQL["transactions"])
        await ours.execute(f"reset role; drop role {role}")
    assert [row["seconds"] for row in rows] == [None]


def test_an_age_nobody_tells_counts_from_when_it_was_first_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(figures.time, "monotonic", lambda: now)
    ages = Ages()
    assert ages.oldest([]) == 0
    assert ages.oldest([("theirs", None)]) == 0
    now = 130.0
    assert ages.oldest([("theirs", None), ("ours", 7.0)]) == 30
    assert ages.oldest([("ours", 7.0)]) == 7
    now = 140.0
    assert ages.oldest([("theirs", None)]) == 0
