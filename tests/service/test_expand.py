"""A release goes on while the schema is already the next one's: a column that was added gets its default."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.reports import readers
from tests.support.databases import connected, execute, fresh_database, rows
from tests.support.packages import ROOT

AT = datetime(2021, 4, 1, 9, tzinfo=UTC)
ASKED: dict[str, dict[str, Any]] = {
    "coaching": {},
    "enrolment": {"period_from": date(2020, 4, 1), "period_to": date(2021, 3, 31), "systems": None},
    "talent": {"as_at": date(2021, 3, 31), "known_at": AT, "systems": ["QGH"]},
}
_INSERT = re.compile(r"insert\s+into\s+\w+(?!\w|\s*(?:as\s+\w+\s*)?\()", re.IGNORECASE)


def test_every_insert_names_its_columns() -> None:
    files = [f for folder in ("services", "shared") for kind in ("*.sql", "*.py") for f in (ROOT / folder).rglob(kind)]
    written = [(f, f.read_text()) for f in files if "migrations" not in f.parts]
    assert [str(file.relative_to(ROOT)) for file, text in written if _INSERT.search(text)] == []
    assert _INSERT.search("insert into report_audit select * from elsewhere")


@pytest.mark.parametrize("service", ASKED)
async def test_who_read_exact_counts_is_noted_beside_a_column_of_the_next_release(
    postgres_admin: str, service: str
) -> None:
    async with fresh_database(postgres_admin, service) as address, connected(address) as db:
        await execute(db, "alter table report_audit add column asked_from text not null default 'unknown'")
        await db.run(readers.note, caller="grace", report="all", at=AT, **ASKED[service])
        found = await rows(db, "select caller, report, read_at, asked_from from report_audit")
        assert found == [("grace", "all", AT, "unknown")]
        columns = ", ".join(ASKED[service])
        if columns:
            assert await rows(db, f"select {columns} from report_audit") == [tuple(ASKED[service].values())]
