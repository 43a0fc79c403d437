"""Migrations: plain SQL files, forward only, run by Alembic under one advisory lock.

Each service's branch depends on the delivery branch in `shared/postgres/migrations`.
"""

import inspect
import time
from dataclasses import dataclass
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, Engine, create_engine, pool, text
from sqlalchemy.exc import OperationalError

from shared.errors import Unavailable
from shared.observability.logs import get_logger
from shared.postgres.limits import MIGRATION
from shared.postgres.onlooker import Onlooker

_HERE = Path(__file__).parent / "migrations"
_ROOT = Path(__file__).parents[2]
LOCK = 7_301_946
"""One migration at a time: the advisory lock every migrating process takes first."""


class DatabaseUnavailable(Unavailable):
    """Postgres does not answer at the configured address."""

    code = "database_unavailable"


class TablesHeld(Unavailable):
    """Others hold the tables a migration needs, for longer than it waits."""

    code = "tables_held"


def run_beside(revision_file: str) -> None:
    """Run the `.sql` file beside an Alembic revision, all its statements at once."""
    sql = Path(revision_file).with_suffix(".sql").read_text()
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(sql)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a migration waits for a lock: so many times so many seconds, and as many between as let others pass.

    While it waits, everybody who wants the same table queues behind it; so it waits briefly, and often.
    """

    attempts: int = 20
    seconds: float = 3.0
    pause: float = 2.0


def migrate(service: str, dsn: str, patience: Patience = Patience(), *, delivery: bool = True) -> None:
    """Bring the service's database to the newest revision, all of it or nothing.

    Without `delivery` it gets its own tables only: who announces and hears nothing has no outbox and no cursor.
    DatabaseUnavailable when it cannot be reached, TablesHeld when others keep the tables it needs.
    """
    engine = _engine(service, dsn)
    held_by = ""
    for attempt in range(patience.attempts):
        if attempt:
            get_logger().warning("migration_waits", held_by=held_by)
            time.sleep(patience.pause)
        try:
            held_by = _held(engine, _config(service, delivery=delivery), patience.seconds)
        except OperationalError as error:
            raise DatabaseUnavailable(
                f"no Postgres answers for {service}, or it ended the session; start it or fix "
                f"ACADEMY_{service.upper()}_DATABASE"
            ) from error
        if not held_by:
            return
    raise TablesHeld(
        f"{service} is not migrated and nothing was altered: in {patience.attempts} attempts of {patience.seconds:g} s "
        f"what it needs was held by {held_by}. Let it end or end it, and start the migration again."
    )


def _engine(service: str, dsn: str) -> Engine:
    limits = " ".join(f"-c {name}={value}" for name, value in MIGRATION.items())
    told = {"application_name": f"{service}-migrate", "options": limits}
    address = dsn.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(address, poolclass=pool.NullPool, connect_args=told)


def _held(engine: Engine, config: Config, seconds: float) -> str:
    """Upgrade; nothing when that was done, else who held what it needed for longer than that many seconds."""
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        config.attributes["lock_seconds"] = seconds
        with Onlooker(engine, _pid(connection)) as onlooker:
            try:
                command.upgrade(config, "heads")
            except OperationalError as error:
                if not isinstance(error.orig, (LockNotAvailable, DeadlockDetected)):
                    raise
                return onlooker.seen
    return ""


def _pid(connection: Connection) -> int:
    with connection.begin():
        return connection.execute(text("select pg_backend_pid()")).scalar_one()


def _config(service: str, *, delivery: bool) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", ":".join(map(str, _folders(service, delivery=delivery))))
    return config


def _folders(service: str, *, delivery: bool) -> tuple[Path, ...]:
    own = _ROOT / "services" / service / "migrations"
    return (_HERE / "versions", own) if delivery else (own,)


def revision_files(service: str, *, delivery: bool = True) -> list[Path]:
    """Every file that makes the service's schema, delivery tables included, in no particular order."""
    folders = _folders(service, delivery=delivery)
    return sorted(path for folder in folders for path in folder.glob("[0-9]*") if path.suffix in {".py", ".sql"})


def schema_source(service: str, *, delivery: bool = True) -> str:
    """The text of every migration, for naming a template database after its content."""
    return "\n".join(inspect.cleandoc(path.read_text()) for path in revision_files(service, delivery=delivery))
