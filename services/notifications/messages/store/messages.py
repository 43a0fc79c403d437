"""Messages: job rows until they leave, a record of what left afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.notifications.messages.domain.messages import (
    PRIVATE,
    Message,
    MessageId,
    MessageRecord,
    Purpose,
    Silence,
    State,
)
from shared.ids import CohortId, EventId, PersonId
from shared.orders import Order
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Own, person

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, messages: Collection[Message]) -> None:
    """One message per (event, person, purpose): a second is dropped."""
    await tx.executemany(SQL["insert"], [_row(m) for m in messages])


async def confirm_again(tx: Transaction, person_id: PersonId) -> None:
    """A place that no letter has confirmed is confirmed at the address the person has now."""
    await tx.execute(SQL["confirm_again"], person_id)


async def keep_back(tx: Transaction, person_id: PersonId, cohort_id: CohortId, purpose: Purpose, why: Silence) -> None:
    """What waits of that purpose is not sent: something else says it."""
    await tx.execute(SQL["keep_back"], person_id, cohort_id, purpose, why)


async def find(tx: Transaction, message_id: MessageId) -> MessageRecord | None:
    """The message, if there is one."""
    row = await tx.fetchrow(SQL["find"], message_id)
    return _record(row) if row else None


@dataclass(frozen=True, slots=True)
class Seen:
    """Which messages are asked for, and whose private ones are among them; what is None leaves out none else."""

    whose: Own | Everyone
    reader: PersonId | None
    purpose: Purpose | None = None
    state: State | None = None

    def filters(self) -> tuple[object, ...]:
        """As the queries take them."""
        return person(self.whose), self.purpose, self.state, sorted(PRIVATE), self.reader


async def page(
    tx: Transaction, seen: Seen, *, order: Order, after: MessageId | None, limit: int
) -> Sequence[MessageRecord]:
    """Those, by when they were asked for."""
    return [_record(row) for row in await tx.fetch(SQL[order], *seen.filters(), after, limit)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages about a cohort; what is None leaves out none, and what is private is about no cohort."""

    cohort_id: CohortId
    purpose: Purpose | None = None
    state: State | None = None

    def filters(self) -> tuple[object, ...]:
        """As the queries take them."""
        return self.cohort_id, self.purpose, self.state, sorted(PRIVATE)


async def of_cohort(tx: Transaction, wanted: Wanted, *, after: MessageId | None, limit: int) -> Sequence[MessageRecord]:
    """Messages about the cohort in the order they were asked for."""
    return [_record(row) for row in await tx.fetch(SQL["of_cohort"], *wanted.filters(), after, limit)]


async def count_of_cohort(tx: Transaction, wanted: Wanted) -> int:
    """How many those are."""
    return await tx.fetchval(SQL["count_of_cohort"], *wanted.filters())


def _row(message: Message) -> tuple[object, ...]:
    cause = message.cause
    needs = (message.cohort_id, message.session_id)
    identity = (message.id, message.person_id, message.purpose)
    words = (dict(message.details or {}), message.recipient)
    return (*identity, cause.event_id, cause.correlation_id, cause.at, *needs, *words)


def _record(row: "Record") -> MessageRecord:
    return MessageRecord(
        MessageId(row["message_id"]),
        PersonId(row["person_id"]),
        Purpose(row["purpose"]),
        State(row["state"]),
        tuple(row["waiting_for"]),
        row["failure_code"],
        row["template"],
        EventId(row["cause_event_id"]),
        row["attempts"],
        row["due_at"],
        row["sent_at"],
        row["cohort_id"],
        row["session_id"],
    )
