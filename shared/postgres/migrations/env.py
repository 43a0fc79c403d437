"""Alembic's environment: one transaction for the whole upgrade, behind an advisory lock; no lock is waited for long."""

from alembic import context
from sqlalchemy import text

from shared.postgres.migrate import LOCK

connection = context.config.attributes["connection"]
milliseconds = int(context.config.attributes["lock_seconds"] * 1000)
with connection.begin():
    connection.execute(text(f"set local lock_timeout = {milliseconds}"))
    connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
    context.configure(connection=connection, version_table="schema_revision")
    context.run_migrations()
