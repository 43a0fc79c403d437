"""Who keeps a session of Postgres waiting: asked beside it while it waits, for afterwards nobody can tell."""

from threading import Event, Thread
from typing import Self

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

_BETWEEN_LOOKS = 0.1
_UNKNOWN = "a session that could not be seen"

_BLOCKING = text("""
select coalesce(nullif(a.application_name, ''), 'a session without a name') as name, a.pid, a.usename,
       to_char(a.query_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as query_start,
       to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as xact_start
from unnest(pg_blocking_pids(:pid)) as blocking (pid)
join pg_stat_activity a on a.pid = blocking.pid
order by a.xact_start, a.pid
""")


class Onlooker:
    """Looks from a connection of its own for as long as the block runs; one that gets none sees nobody."""

    def __init__(self, engine: Engine, pid: int) -> None:
        self._engine = engine
        self._pid = pid
        self._over = Event()
        self._thread = Thread(target=self._look, name="onlooker", daemon=True)
        self.seen = _UNKNOWN

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                while not self._over.wait(_BETWEEN_LOOKS):
                    found = connection.execute(_BLOCKING, {"pid": self._pid}).all()
                    self.seen = ", ".join(_in_words(*row) for row in found) or self.seen
        except SQLAlchemyError:
            return


def _in_words(name: str, pid: int, role: str | None, query_start: str | None, xact_start: str | None) -> str:
    """No statement: it may hold what is nobody's business. Other roles' moments are hidden from some."""
    since = f", transaction since {xact_start}Z, statement of {query_start}Z" if query_start and xact_start else ""
    return f"{name!r} (pid {pid}, role {role}{since})"
