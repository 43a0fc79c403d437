"""Migrations: plain SQL files, forward only, run by Alembic under one advisory lock.

Each service's branch depends on the delivery branch in `shared/postgres/migrations`.
"""

import inspect
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from sqlalchemy import create_engine, pool
from sqlalchemy.exc import OperationalError

from shared.errors import Unavailable

_HERE = Path(__file__).parent / "migrations"
_ROOT = Path(__file__).parents[2]
LOCK = 7_301_946
"""One migration at a time: the advisory lock every migrating process takes first."""


class DatabaseAway(Unavailable):
    """Postgres does not answer at the configured address."""

    code = "database_away"


def run_beside(revision_file: str) -> None:
    """Run the `.sql` file beside an Alembic revision, all its statements at once."""
    sql = Path(revision_file).with_suffix(".sql").read_text()
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(sql)


def migrate(service: str, dsn: str) -> None:
    """Bring the service's database to the newest revision; DatabaseAway when it cannot be reached."""
    engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            config = _config(service)
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
    except OperationalError as error:
        raise DatabaseAway(
            f"no Postgres answers for {service}; start it or mend ACADEMY_{service.upper()}_DATABASE"
        ) from error


def _config(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    folders = (_HERE / "versions", _ROOT / "services" / service / "migrations")
    config.set_main_option("version_locations", ":".join(str(f) for f in folders))
    return config


def revision_files(service: str) -> list[Path]:
    """Every file that makes the service's schema, delivery tables included, in no particular order."""
    folders = (_HERE / "versions", _ROOT / "services" / service / "migrations")
    return sorted(path for folder in folders for path in folder.glob("[0-9]*") if path.suffix in {".py", ".sql"})


def schema_source(service: str) -> str:
    """The text of every migration, for naming a template database after its content."""
    return "\n".join(inspect.cleandoc(path.read_text()) for path in revision_files(service))
