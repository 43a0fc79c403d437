"""Cuts the database session at one exact moment of a transaction, once."""

from shared.postgres.database import Transaction

_CUT = """
create sequence cuts;
create function cut() returns trigger language plpgsql as $$
begin
    if nextval('cuts') = 1 then
        perform pg_terminate_backend(pg_backend_pid());
    end if;
    return new;
end $$;
"""


async def cut_at_commit(tx: Transaction, table: str) -> None:
    """The first transaction that writes to `table` ends at its commit, all its statements done."""
    await tx.execute(_CUT)
    await tx.execute(
        f"create constraint trigger cut after insert or update on {table} "
        "deferrable initially deferred for each row execute function cut()"
    )


async def cut_when_saving_a_cursor(tx: Transaction) -> None:
    """The first transaction that moves a cursor ends there and then."""
    await tx.execute(_CUT)
    await tx.execute(
        "create trigger cut before insert or update on consumer_cursor for each row "
        "when (new.version is not null) execute function cut()"
    )
