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
select 'adder', 'enrolment.learners', key, version, gen_random_uuid(), '{}', '', state, 'ValueError',
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

COUNTED, NEVER_COUNTED = "analyze deferred", "delete from pg_statistic where starelid = 'deferred'::regclass"
CHAIN, PAGE = 20_000, 500


@pytest.fixture(scope="module")
async def db(postgres_admin: str) -> AsyncGenerator[Database]:
    """Twenty thousand events behind a dead one, five thousand heads; nobody has counted them, or somebody has."""
    async with fresh_database(postgres_admin, "shared") as address, connected(address, size=1) as db:
        await db.run(lambda tx: tx.execute(FILL))
        yield db


async def _explained(tx: Transaction, sql: str, types: str, arguments: str) -> str:
    await tx.execute("set local plan_cache_mode = force_generic_plan")
    await tx.execute(f"prepare question ({types}) as {sql}")
    rows = await tx.fetch(f"explain (analyze, buffers off, timing off, costs off) execute question ({arguments})")
    await tx.execute("deallocate question")
    return "\n".join(row[0] for row in rows)


PUT = "text, text, text, bigint, uuid, jsonb, bytea, text, text, interval"
PUT_CHAIN = "'adder', 'enrolment.learners', 'chain', {version}, gen_random_uuid(), '{{}}', '', 'retry', 'E', '5 s'"


@pytest.mark.parametrize("counted", [False, True], ids=["never counted", "counted"])
@pytest.mark.parametrize(
    ("sql", "types", "arguments", "index"),
    [
        (deferred.SQL["due"], "text", "'adder'", "deferred_due"),
        (
            deferred.SQL["chain"],
            "text, text, text, int",
            "'adder', 'enrolment.learners', 'chain', 500",
            "deferred_pkey",
        ),
        (deferred.SQL["put"], PUT, PUT_CHAIN.format(version=90_000), "deferred_pkey"),
        (deferred.SQL["put"], PUT, PUT_CHAIN.format(version=1), "deferred_pkey"),
        (recovery.SQL["one_set_aside"], "uuid", f"'{UUID(int=1)}'", "deferred_event"),
        (recovery.SQL["set_aside"], "text, uuid, int", "'dead', null, 100", "deferred_listed"),
    ],
    ids=["due", "chain", "put behind", "put before", "one", "list of the dead"],
)
async def test_no_question_reads_the_chain(
    db: Database, sql: str, types: str, arguments: str, index: str, *, counted: bool
) -> None:
    async def ask(tx: Transaction) -> None:
        await tx.execute(COUNTED if counted else NEVER_COUNTED)
        raise Undone(await _explained(tx, sql, types, arguments))

    with pytest.raises(Undone) as undone:
        await db.run(ask)
    plan = str(undone.value)
    assert index in plan, plan
    assert max(_rows_read(plan)) <= (CHAIN if "count(*)" in sql else PAGE), plan


def _rows_read(plan: str) -> list[int]:
    return [int(n) for n in re.findall(r"(?:actual rows=|Rows Removed by [A-Z][A-Za-z ]*: )(\d+)", plan)]


class Undone(Exception):
    """Carries a plan out of a transaction that is rolled back."""


async def test_a_round_of_the_worker_looks_at_what_is_due_and_at_nothing_behind_the_dead(db: Database) -> None:
    async def due(tx: Transaction) -> list[Any]:
        return await tx.fetch(deferred.SQL["due"], "adder")

    found = await db.read(due)
    assert len(found) == 100
    assert {row["key"] for row in found} <= {f"head-{n}" for n in range(1, 5001)}
