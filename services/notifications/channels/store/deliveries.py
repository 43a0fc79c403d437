"""Messages as senders take them, and what became of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from services.notifications.calendars.store.invitations import session_of
from services.notifications.channels.domain.deliveries import ClaimId, Outcome
from services.notifications.channels.domain.letters import DueMessage
from services.notifications.contacts.domain.contacts import sayable
from services.notifications.messages.domain.messages import ABOUT_ADDRESSES, Cause, Message, MessageId, Purpose
from shared.ids import CohortId, EventId, PersonId, SessionId
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    from shared.postgres.database import Record


SQL = Queries(__file__)


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
