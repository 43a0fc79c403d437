"""How many rows of a service's lists Postgres reads for a command."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from shared.postgres.database import Database, Transaction

FEW, MANY = 20, 3_000

_ANOTHER = """
insert into {table}
select another.*
from (select * from {table} limit 1) as one
cross join generate_series(1, $1::integer) as n
cross join lateral jsonb_populate_record(
    null::{table}, to_jsonb(one) || jsonb_build_object('{key}', one.{key} || '-' || n)
) as another
"""
_READ = """
select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::integer
from pg_stat_xact_user_tables
where relname = any($1)
"""


async def lengthened(tx: Transaction, *tables: str, key: str = "code") -> None:
    """Lists as long as real ones."""
    for table in tables:
        await tx.execute(_ANOTHER.format(table=table, key=key), MANY)
        await tx.execute(f"analyze {table}")


async def rows_read(
    db: Database, tables: Sequence[str], command: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any
) -> int:
    """Of these tables, by `command(tx, …)`, which is committed."""

    async def counted(tx: Transaction) -> int:
        before = await tx.fetchval(_READ, tables)
        await command(tx, *args, **kwargs)
        return await tx.fetchval(_READ, tables) - before

    return await db.run(counted)
