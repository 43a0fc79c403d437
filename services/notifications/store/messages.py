"""Messages: job rows until they leave, a record of what left afterwards."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING
from uuid import UUID

from services.notifications.domain.cohorts import CohortId, SessionId
from services.notifications.domain.contacts import sayable
from services.notifications.domain.letters import DueMessage
from services.notifications.domain.messages import (
    ABOUT_ADDRESSES,
    PRIVATE,
    Cause,
    CausedMessages,
    ClaimId,
    Message,
    MessageCount,
    MessageId,
    MessageRecord,
    OpenEnds,
    Outcome,
    Purpose,
    Silence,
    State,
)
from services.notifications.store.invitations import session_of
from shared.ids import EventId, PersonId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries
from shared.whose import Everyone, Own, person

if TYPE_CHECKING:
    from shared.postgres.database import Record

SQL = Queries(__file__)


async def insert(tx: Transaction, messages: Collection[Message]) -> None:
    """One message per (event, person, purpose): a second is dropped."""
    await tx.executemany(SQL["insert"], [_row(m) for m in messages])


async def keep_back_recording(tx: Transaction, person_id: PersonId, session_id: SessionId, why: Silence) -> None:
    """What waits is not sent; what is on its way counts as kept back only if it does not leave."""
    await tx.execute(SQL["keep_back_recording"], person_id, session_id, why)


async def give_up_unrecorded(tx: Transaction, *, due_before: datetime, limit: int) -> int:
    """How many messages about recordings that did not come are kept back for it."""
    return len(await tx.fetch(SQL["give_up_unrecorded"], due_before, limit))


async def promise_recorded(tx: Transaction, session_id: SessionId | None = None) -> None:
    """What was kept back because the recording did not come is sent now that it is there: of one session, or of all."""
    await tx.execute(SQL["promise_recorded"], session_id)


async def note_watched(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """The person has watched the recording of the session."""
    await tx.execute(SQL["note_watched"], person_id, session_id)


async def keep_back_needless_recording(tx: Transaction, person_id: PersonId, session_id: SessionId) -> None:
    """What waits for whoever was sent the recording before, or has watched it, is not sent."""
    await tx.execute(SQL["keep_back_needless_recording"], person_id, session_id)


async def confirm_again(tx: Transaction, person_id: PersonId) -> None:
    """A place that no letter has confirmed is confirmed at the address the person has now."""
    await tx.execute(SQL["confirm_again"], person_id)


async def promise_recordings_again(tx: Transaction, person_id: PersonId, cohort_id: CohortId) -> None:
    """What was kept back because the place was given up is sent, now that it is held again."""
    await tx.execute(SQL["promise_recordings_again"], person_id, cohort_id)


async def untold(
    tx: Transaction, cohort_ids: Collection[CohortId], person_ids: Collection[PersonId] | None, *, at: datetime
) -> list[tuple[PersonId, CohortId, Cause]]:
    """Who was confirmed without knowing a session as it is, unless over at `at`, and the event that announced it."""
    people = None if person_ids is None else list(person_ids)
    rows = await tx.fetch(SQL["untold"], list(cohort_ids), people, at)
    return [
        (
            PersonId(r["person_id"]),
            CohortId(r["cohort_id"]),
            Cause(EventId(r["announced_by"]), r["correlation_id"], r["announced_at"]),
        )
        for r in rows
    ]


async def claim_due(
    tx: Transaction,
    claim: ClaimId,
    *,
    lasts: timedelta,
    now: datetime,
    dates_after: timedelta,
    limit: int,
    most_an_hour: int,
) -> tuple[list[DueMessage], int]:
    """Up to `limit` messages that can leave now, for `lasts` of nobody else: not even of a sender that comes later.

    And how many more were put off: each for a person who had `most_an_hour` mails within the hour. Mails about
    addresses have a budget of their own: a full hour never keeps a warning, or a question, from leaving. Senders that
    claim in the same moment do not see each other's claims, and may each take so many.
    """
    apart = sorted(ABOUT_ADDRESSES)
    rows = await tx.fetch(SQL["claim_due"], now, dates_after, limit, claim, lasts, most_an_hour, apart)
    due = [_due(row, now) for row in rows if row["is_now"]]
    return due, len(rows) - len(due)


async def release(tx: Transaction, claim: ClaimId) -> None:
    """Whoever comes next may claim what it held, if it can leave."""
    await tx.execute(SQL["release"], claim)


async def settle(
    tx: Transaction, claim: ClaimId, outcomes: Mapping[MessageId, tuple[Outcome, str | None]], *, now: datetime
) -> frozenset[MessageId]:
    """Write what became of each message, and the template it was written with; those of which it counts.

    It counts for nothing where the claim is somebody else's by now, nor how a mail failed that was kept back meanwhile.
    """
    ids = sorted(outcomes)
    done = [outcomes[i] for i in ids]
    settled = await tx.fetch(
        SQL["settle"],
        ids,
        [outcome.state for outcome, _ in done],
        [outcome.code for outcome, _ in done],
        [template for _, template in done],
        [outcome.retry_in for outcome, _ in done],
        now,
        claim,
    )
    return frozenset(MessageId(row["message_id"]) for row in settled)


async def keep_back_told_recordings(tx: Transaction, left: Collection[MessageId]) -> None:
    """Of a recording that has left nothing else is sent."""
    await tx.execute(SQL["keep_back_told_recordings"], list(left))


async def find(tx: Transaction, message_id: MessageId) -> MessageRecord | None:
    """The message, if there is one."""
    row = await tx.fetchrow(SQL["find"], message_id)
    return _record(row) if row else None


async def page(
    tx: Transaction,
    *,
    whose: Own | Everyone,
    purpose: Purpose | None,
    reader: PersonId | None,
    after: MessageId | None,
    limit: int,
) -> Sequence[MessageRecord]:
    """Messages in the order they were asked for; of the private ones those of `reader`: none without one."""
    found = await tx.fetch(SQL["page"], person(whose), purpose, after, limit, sorted(PRIVATE), reader)
    return [_record(row) for row in found]


async def by_cause(
    tx: Transaction, *, purpose: Purpose | None, state: State | None, after: UUID | None, limit: int
) -> Sequence[CausedMessages]:
    """What became of the messages of a purpose and in a state, event by event, in the order of the events' ids."""
    rows = await tx.fetch(SQL["by_cause"], after, purpose, state, limit)
    return [_caused(EventId(cause), list(alike)) for cause, alike in groupby(rows, key=itemgetter("cause_event_id"))]


async def open_ends(tx: Transaction, without: Collection[Purpose]) -> OpenEnds:
    """Of how many messages nobody has said what became of them; some purposes left out."""
    row = await tx.fetchrow(SQL["open_ends"], sorted(without))
    return OpenEnds(**row) if row else OpenEnds()


async def counts(tx: Transaction) -> Sequence[MessageCount]:
    """How many messages of each purpose stand in each state."""
    return [
        MessageCount(Purpose(r["purpose"]), State(r["state"]), r["messages"]) for r in await tx.fetch(SQL["counts"])
    ]


def _caused(cause: EventId, alike: "Sequence[Record]") -> CausedMessages:
    """`alike` are the event's messages, counted where nothing tells them apart."""
    messages = Counter[State]()
    for row in alike:
        messages[State(row["state"])] += row["messages"]
    return CausedMessages(
        cause,
        tuple(sorted({Purpose(row["purpose"]) for row in alike})),
        messages,
        tuple(sorted({row["failure_code"] for row in alike if row["failure_code"]})),
        tuple(sorted({need for row in alike for need in row["waiting_for"]})),
        min(row["due_at"] for row in alike),
    )


def _row(message: Message) -> tuple[object, ...]:
    cause = message.cause
    needs = (message.cohort_id, message.session_id)
    identity = (message.id, message.person_id, message.purpose)
    words = (dict(message.details or {}), message.recipient)
    return (*identity, cause.event_id, cause.correlation_id, cause.at, *needs, *words)


def _due(row: "Record", now: datetime) -> DueMessage:
    return DueMessage(
        message=_message(row),
        leaves_at=now,
        name=sayable(row["name"]),
        email=row["email"],
        attempts=row["attempts"],
        unconfirmed=row["unconfirmed"],
        cohort_title=row["cohort_title"],
        programme_title=row["programme_title"],
        place_held=row["place_held"],
        session=session_of(row) if row["session_id"] else None,
        recording_ref=row["recording_ref"],
    )


def _message(row: "Record") -> Message:
    return Message(
        PersonId(row["person_id"]),
        Purpose(row["purpose"]),
        Cause(EventId(row["cause_event_id"]), row["correlation_id"], row["due_at"]),
        CohortId(row["needs_cohort"]) if row["needs_cohort"] else None,
        SessionId(row["needs_session"]) if row["needs_session"] else None,
        row["details"],
        row["recipient"],
    )


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
    )
