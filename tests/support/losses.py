"""A database set back to an earlier moment under a running bus, as a point-in-time restore leaves it."""

from shared.postgres.database import Database, Transaction

_TABLES = ("stream", "outbox")


async def remember(db: Database) -> None:
    """This is the moment it will be set back to."""

    async def copy(tx: Transaction) -> None:
        for table in _TABLES:
            await tx.execute(f"drop table if exists was_{table}; create table was_{table} as table {table}")

    await db.run(copy)


async def set_back(db: Database) -> None:
    """What was written since the moment is gone, and the database is another than the one last published from."""

    async def restore(tx: Transaction) -> None:
        for table in _TABLES:
            await tx.execute(f"delete from {table}")
            await tx.execute(f"insert into {table} overriding system value table was_{table}")

    await db.run(restore)
    await lose_identity(db)


async def lose_identity(db: Database) -> None:
    """As on a new timeline: what it calls itself is not what was noted."""

    async def forget(tx: Transaction) -> None:
        await tx.execute("update published_from set identity = 'the database before the loss'")

    await db.run(forget)
