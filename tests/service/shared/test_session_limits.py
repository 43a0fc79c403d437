"""No session of ours keeps a transaction open for ever."""

import pytest
from sqlalchemy.exc import DBAPIError

from shared.postgres import migrate
from shared.postgres.database import Database
from shared.postgres.limits import COMMAND
from tests.support.databases import rows


async def test_a_services_sessions_are_bounded(db: Database) -> None:
    for name, bound in COMMAND.items():
        assert await rows(db, "select current_setting($1)", name) == [(bound,)]


def test_a_migrations_session_is_bounded(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended by Postgres: whether the driver still hears why is a race."""
    monkeypatch.setattr(migrate, "MIGRATION", {"transaction_timeout": "1ms"})
    with pytest.raises((migrate.DatabaseUnavailable, DBAPIError)):
        migrate.migrate("shared", address)
