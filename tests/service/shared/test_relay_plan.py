"""What the relay reads and deletes is found by index, however full the outbox is and whatever the statistics say."""

import json
import re

import pytest

from shared.messaging import figures, outbox_publisher
from shared.messaging.relay import connect
from shared.postgres.database import Transaction
from tests.support.databases import connected, execute, fresh_database, rows
from tests.support.snapshots import an_old_snapshot

FILL = """
insert into outbox (topic, lane, event_id, key, version, type, payload, headers)
select 'enrolment.learners', n % 12, gen_random_uuid(), 'key-' || n, 1, 'type', '{}', '{}'
from generate_series(1, 24000) as n
"""
PAIRS = "array_fill('enrolment.learners'::text, array[2]), array[3, 4]::smallint[]"
DEPTH = "array['enrolment.learners'], 100"
SQL = {**outbox_publisher.SQL, **figures.SQL}
CALLS = {
    "pending": f"{PAIRS}, array[400, 400], 2400, 8000000, array[0, 0], array['', '']",
    "delete": "'enrolment.learners', 3, '3,15,27', 3, 27",
}


@pytest.mark.parametrize("analysed", ["empty", "full", "never"])
@pytest.mark.parametrize("query", sorted(CALLS))
async def test_only_rows_of_the_pairs_asked_for_are_touched(postgres_admin: str, query: str, analysed: str) -> None:
    plan = await plan_of(postgres_admin, query, CALLS[query], analysed)
    assert "Index Scan using outbox_pkey" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Bitmap" not in plan, plan
    assert "Rows Removed" not in plan, plan


@pytest.mark.parametrize("analysed", ["empty", "full", "never"])
async def test_a_witness_is_looked_for_in_no_more_rows_than_are_read_at_once(
    postgres_admin: str, analysed: str
) -> None:
    plan = await plan_of(postgres_admin, "witness", "'enrolment.learners', 3, array[3], 255, 400, 0, ''", analysed)
    assert re.search(r"Index Scan using outbox_pkey on outbox o(_\d)? \(actual rows=400(\.00)? loops=1\)", plan), plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize("analysed", ["empty", "full", "never"])
async def test_the_age_of_the_oldest_is_one_row_a_lane_where_nothing_is_parked(
    postgres_admin: str, analysed: str
) -> None:
    plan = await plan_of(postgres_admin, "depth", DEPTH, analysed)
    assert re.search(r"Index Scan using outbox_pkey on outbox o(_\d)? \(actual rows=1(\.00)? loops=12\)", plan), plan


MOST_PAGES = 100


async def test_what_was_sent_is_deleted_without_a_look_at_what_is_dead(postgres_admin: str) -> None:
    """Dead rows stay while somebody holds an old snapshot, and statistics know of none."""
    async with (
        fresh_database(postgres_admin, "shared") as address,
        connected(address, size=2) as db,
        an_old_snapshot(address),
    ):
        for _ in range(2):
            await execute(db, FILL)
            await execute(db, "delete from outbox")
        await db.read(lambda tx: tx.execute("vacuum (analyze) outbox"))
        await execute(db, FILL)
        ((seqs, first, last),) = await rows(db, _NEXT)
        connection = await connect(address)
        try:
            asked = f"explain (analyze, buffers, format json) {outbox_publisher.SQL['delete']}"
            plan = await connection.fetchval(asked, "enrolment.learners", 3, seqs, first, last)
        finally:
            await connection.close()
    found = json.loads(plan)[0]["Plan"]["Plans"][0]
    assert found["Actual Rows"] == 100
    assert found["Shared Hit Blocks"] + found["Shared Read Blocks"] < MOST_PAGES


_NEXT = """
select string_agg(seq::text, ',' order by seq), min(seq), max(seq)
from (select seq from outbox where lane = 3 order by seq limit 100) as next
"""


async def plan_of(postgres_admin: str, query: str, call: str, analysed: str) -> str:
    """How the relay's own connection answers it from a full outbox."""

    async def fill(tx: Transaction) -> None:
        """Through a pool: a relay's own connection is ended when a statement takes long."""
        if analysed == "empty":
            await tx.execute("analyze outbox")
        await tx.execute(FILL)
        if analysed == "full":
            await tx.execute("analyze outbox")

    async with fresh_database(postgres_admin, "shared") as address:
        async with connected(address, size=1) as db:
            await db.run(fill)
        connection = await connect(address)
        try:
            await connection.execute("set plan_cache_mode = force_generic_plan")
            await connection.execute(f"prepare asked as {SQL[query]}")
            rows = await connection.fetch(
                f"explain (analyze, buffers off, timing off, costs off) execute asked ({call})"
            )
        finally:
            await connection.close()
    return "\n".join(row[0] for row in rows)
