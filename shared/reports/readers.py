"""Who read exact counts of people, and which: what is noted is never taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from shared.ids import new_id
from shared.postgres.database import Transaction

_NOTE = "insert into report_audit select * from jsonb_populate_record(null::report_audit, $1)"
"""Each service has columns of its own for what was asked, none of which may be null: a wrong name is refused."""


async def note(
    tx: Transaction, *, caller: str, report: str, at: datetime, systems: Sequence[str] | None = None, **asked: date
) -> None:
    """In the transaction that counts; of `systems` None is all, and what else was `asked` stands in columns."""
    read = {"report_audit_id": str(new_id()), "caller": caller, "report": report, "read_at": at.isoformat()}
    about = {column: day.isoformat() for column, day in asked.items()}
    await tx.execute(_NOTE, read | about | {"systems": systems})
