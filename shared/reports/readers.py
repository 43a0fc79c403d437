"""Who read exact counts of people, and which: what is noted is never taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from shared.ids import new_id
from shared.postgres.database import Transaction


async def note(
    tx: Transaction, *, caller: str, report: str, at: datetime, **asked: date | Sequence[str] | None
) -> None:
    """In the transaction that counts. What was `asked` stands in columns of the service's own; no systems are all."""
    read = {"report_audit_id": new_id(), "caller": caller, "report": report, "read_at": at} | asked
    places = ", ".join(f"${n}" for n in range(1, len(read) + 1))
    await tx.execute(f"insert into report_audit ({', '.join(read)}) values ({places})", *read.values())
