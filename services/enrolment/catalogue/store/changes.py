from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import UUID

from services.enrolment.catalogue.domain.changes import Change, FieldChange, Subject
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, change: Change) -> None:
    """Add to a record's history."""
    await tx.execute(
        SQL["insert"],
        change.change_id,
        change.subject,
        change.key,
        change.version,
        change.action,
        change.changed_at,
        change.changed_by,
        {name: asdict(field) for name, field in change.fields.items()},
    )


async def page(tx: Transaction, subject: Subject, key: object, *, after: UUID | None, limit: int) -> list[Change]:
    """A record's history, the newest first."""
    rows = await tx.fetch(SQL["page"], subject, str(key), after, limit)
    return [_change(row) for row in rows]


def _change(row: "Record") -> Change:
    columns = dict(row)
    fields = {name: FieldChange(**field) for name, field in columns.pop("fields").items()}
    return Change(**columns, fields=fields)
