"""The inbox probes its index once a key, however many cursors a consumer has gathered."""

from typing import Any

from shared.messaging.cursors import SQL
from shared.postgres.database import Transaction
from tests.support.databases import connected, fresh_database

FILL = """
insert into consumer_cursor (consumer, topic, key, version)
select 'adder', 'enrolment.learners', 'key-' || n, 1 from generate_series(1, 20000) as n
"""


async def explained(tx: Transaction) -> list[Any]:
    quoted = "array['" + "','".join(f"key-{n}" for n in range(1, 51)) + "']"
    await tx.execute("set plan_cache_mode = force_generic_plan")
    await tx.execute(f"prepare locking (text, text[], text[]) as {SQL['lock']}")
    return await tx.fetch(
        "explain (analyze, buffers off, timing off, costs off) execute locking ('adder', "
        f"array_fill('enrolment.learners'::text, array[50]), {quoted})"
    )


async def test_locking_fifty_cursors_among_twenty_thousand_reads_fifty(postgres_admin: str) -> None:
    async with fresh_database(postgres_admin, "shared") as address, connected(address, size=1) as db:

        async def fill(tx: Transaction) -> None:
            await tx.execute(FILL)
            await tx.execute("analyze consumer_cursor")

        await db.run(fill)
        plan = "\n".join(row[0] for row in await db.run(explained))
    assert "Index Scan using consumer_cursor_pkey" in plan, plan
    assert "Index Cond: ((consumer = 'adder'::text) AND (topic = u.topic) AND (key = u.key))" in plan.replace(
        "$1", "'adder'::text"
    ), plan
    assert "rows=20000" not in plan, plan
