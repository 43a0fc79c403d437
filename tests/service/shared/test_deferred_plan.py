"""However much stands behind a head, and however many heads there are, no question reads more than it answers."""

import re
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest

from shared.messaging import deferred, recovery
from shared.postgres.database import Database, Transaction
from tests.support.databases import connected, fresh_database

FILL = """
insert into deferred (consumer, topic, key, version, event_id, envelope, payload, state, error_class, next_at)
select 'adder', 'enrolment.learners', key, version, lpad(to_hex(n), 32, '0')::uuid, '{}', '', state, 'ValueError',
       clock_timestamp() + case when n % 10 = 0 then interval '-1 hour' else interval '1 hour' end
from (
    select 'chain' as key, n, n + 1 as version, case n when 1 then 'dead' else 'behind' end as state
    from generate_series(1, 20000) as n
    union all
    select 'head-' || n, n, 7, 'gap' from generate_series(1, 5000) as n
) r;
insert into consumer_cursor (consumer, topic, key, version)
select 'adder', 'enrolment.learners', key, min(version) - 1 from deferred group by key;
"""

COUNTED = "analyze deferred, consumer_cursor"
NEVER_COUNTED = "delete from pg_statistic where starelid = 'deferred'::regclass"
CHAIN, ALONE, PAGE = 20_000, 5_000, 500


@pytest.fixture(scope="module")
async def db(postgres_admin: str) -> AsyncGenerator[Database]:
    """Twenty thousand events behind a dead one, five thousand heads; nobody has counted them, or somebody has."""
    async with fresh_database(postgres_admin, "shared") as address, connected(address, size=1) as db:
        await db.run(lambda tx: tx.execute(FILL))
        yield db


async def _explained(tx: Transaction, sql: str, types: str, arguments: str, mode: str) -> str:
    await tx.execute(f"set local plan_cache_mode = force_{mode}_plan")
    await tx.execute(f"prepare question ({types}) as {sql}")
    rows = await tx.fetch(f"explain (analyze, buffers off, timing off, costs off) execute question ({arguments})")
    await tx.execute("deallocate question")
    return "\n".join(row[0] for row in rows)


PUT = "text, text, text, bigint, uuid, jsonb, bytea, text, text, interval"
HEADS = "uuid[], text, text, int, text, text[], text[], text[], bigint[], uuid[]"
FIRST_LOOK = "null, null, null, null, null"
EACH_OF_CHAIN = ",".join(str(UUID(int=n)) for n in range(1, CHAIN + 1))
PUT_CHAIN = "'adder', 'enrolment.learners', 'chain', {version}, gen_random_uuid(), '{{}}', '', 'retry', 'E', '5 s'"


@pytest.mark.parametrize("counted", [False, True], ids=["never counted", "counted"])
@pytest.mark.parametrize(
    ("sql", "types", "arguments", "index"),
    [
        (deferred.SQL["due"], "text", "'adder'", "deferred_due"),
        (
            deferred.SQL["chain"],
            "text, text, text, int",
            "'adder', 'enrolment.learners', 'chain', 500, 8000000",
            "deferred_pkey",
        ),
        (deferred.SQL["put"], PUT, PUT_CHAIN.format(version=90_000), "deferred_pkey"),
        (deferred.SQL["put"], PUT, PUT_CHAIN.format(version=1), "deferred_pkey"),
        (recovery.SQL["one_deferred"], "uuid", f"'{UUID(int=1)}'", "deferred_event"),
        (recovery.SQL["deferred"], "text, uuid, int", "'dead', null, 100", "deferred_listed"),
    ],
    ids=["due", "chain", "put behind", "put before", "one", "list of the dead"],
)
async def test_no_question_reads_the_chain(
    db: Database, sql: str, types: str, arguments: str, index: str, *, counted: bool
) -> None:
    plan = await _plan(db, sql, types, arguments, counted=counted)
    assert index in plan, plan
    assert max(_rows_read(plan)) <= (CHAIN if "count(*)" in sql else PAGE), plan


@pytest.mark.parametrize("mode", ["generic", "custom"])
@pytest.mark.parametrize("counted", [False, True], ids=["never counted", "counted"])
@pytest.mark.parametrize(
    ("sql", "types", "arguments"),
    [
        (deferred.SQL["sweep"], "text", "'adder'"),
        (recovery.SQL["heads"], HEADS, f"null, 'enrolment.learners', null, 1000, 'idle', {FIRST_LOOK}"),
        (recovery.SQL["heads"], HEADS, f"null, 'enrolment.learners', null, 1000, 'dead', {FIRST_LOOK}"),
        (recovery.SQL["heads"], HEADS, f"'{{{EACH_OF_CHAIN}}}', null, null, 1000, 'idle', {FIRST_LOOK}"),
    ],
    ids=["sweep", "all heads", "the dead", "all of a chain by name"],
)
async def test_what_looks_for_heads_compares_no_two_rows_of_a_chain(
    db: Database, sql: str, types: str, arguments: str, mode: str, *, counted: bool
) -> None:
    plan = await _plan(db, sql, types, arguments, counted=counted, mode=mode)
    assert max(_rows_read_in_all(plan)) <= 2 * (CHAIN + ALONE), plan


async def _plan(db: Database, sql: str, types: str, arguments: str, *, counted: bool, mode: str = "generic") -> str:
    async def ask(tx: Transaction) -> None:
        await tx.execute(COUNTED if counted else NEVER_COUNTED)
        raise Undone(await _explained(tx, sql, types, arguments, mode))

    with pytest.raises(Undone) as undone:
        await db.run(ask)
    return str(undone.value)


def _rows_read(plan: str) -> list[int]:
    return [int(n) for n in re.findall(r"(?:actual rows=|Rows Removed by [A-Z][A-Za-z ]*: )(\d+)", plan)]


def _rows_read_in_all(plan: str) -> list[float]:
    """Postgres tells the rows of a node on average of its loops."""
    read, loops = [0.0], 1
    for line in plan.splitlines():
        if node := re.search(r"actual rows=([\d.]+) loops=(\d+)", line):
            loops = int(node[2])
        read.extend(rows * loops for rows in _rows_read(line))
    return read


class Undone(Exception):
    """Carries a plan out of a transaction that is rolled back."""


async def test_a_round_of_the_worker_looks_at_what_is_due_and_at_nothing_behind_the_dead(db: Database) -> None:
    async def due(tx: Transaction) -> list[Any]:
        return await tx.fetch(deferred.SQL["due"], "adder")

    found = await db.read(due)
    assert len(found) == 100
    assert {row["key"] for row in found} <= {f"head-{n}" for n in range(1, 5001)}
