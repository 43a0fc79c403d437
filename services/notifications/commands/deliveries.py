"""Take messages that can leave, and write down what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notifications import events
from services.notifications.commands.messages import ask_for_updates
from services.notifications.domain import letters
from services.notifications.domain.cohorts import CohortId
from services.notifications.domain.invitations import CalendarEntry
from services.notifications.domain.letters import DueMessage, Letter, cancellation
from services.notifications.domain.messages import DATES_TO_FOLLOW_AFTER, Outcome, Purpose, State
from services.notifications.store import cohorts, invitations, messages, places
from shared.ids import PersonId
from shared.messaging import outbox
from shared.observability import tracing
from shared.postgres.database import Transaction


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and what became of it; no letter where none could be written."""

    due: DueMessage
    outcome: Outcome
    letter: Letter | None = None

    @property
    def participation(self) -> tuple[PersonId, CohortId] | None:
        """The person and cohort whose calendar the message concerns."""
        return _participation(self.due)


async def claim(tx: Transaction, *, now: datetime, limit: int) -> list[DueMessage]:
    """Up to `limit` messages that can leave, each with what its person's calendar was told."""
    due = await messages.claim_due(tx, now=now, dates_after=DATES_TO_FOLLOW_AFTER, limit=limit)
    if not due:
        return []
    told = await invitations.of_people(tx, [p for p in map(_participation, due) if p is not None])
    return [replace(d, invitations=told.get(p, ())) if (p := _participation(d)) else d for d in due]


async def settle(tx: Transaction, deliveries: Collection[Delivery], *, now: datetime) -> None:
    """Write what became of each message and announce what left."""
    await messages.settle(tx, {d.due.message.id: (d.outcome, _template(d)) for d in deliveries}, now=now)
    left = [d for d in deliveries if d.outcome.state is State.SENT]
    behind = await _cancel_left_behind(tx, deliveries)
    told = [entry for d in left if d.letter and d.participation for entry in d.letter.entries]
    await invitations.record(tx, [*behind, *told])
    _announce(tx, left, now)
    await _confirm(tx, left, now)


async def _cancel_left_behind(tx: Transaction, deliveries: Collection[Delivery]) -> list[CalendarEntry]:
    """A mail for each entry at an earlier address, once the person's own letter has left.

    A withdrawal takes them out also when its own letter reaches nobody.
    """
    over = [d for d in deliveries if d.outcome.state is State.SENT or _ends_place(d)]
    behind = [(d.due.message, entry) for d in over for entry in letters.left_behind(d.due)]
    await messages.insert(tx, [cancellation(message, entry) for message, entry in behind])
    return [entry for _, entry in behind]


def _ends_place(delivery: Delivery) -> bool:
    return delivery.due.message.purpose is Purpose.WITHDRAWAL and delivery.outcome.state is not State.TEMPORARY_FAILURE


def _announce(tx: Transaction, left: Sequence[Delivery], now: datetime) -> None:
    for delivery in left:
        message = delivery.due.message
        trace = tracing.Trace(message.cause.correlation_id, str(message.cause.event_id))
        with tracing.tracing(trace):
            outbox.append(tx, events.message_sent(message, _template(delivery) or "", at=now), at=now)


async def _confirm(tx: Transaction, left: Sequence[Delivery], now: datetime) -> None:
    """A session that came or changed while a confirmation was on its way is told by an update."""
    confirmed = [d.participation for d in left if d.due.message.purpose is Purpose.CONFIRMATION]
    participations = sorted({p for p in confirmed if p is not None})
    if not participations:
        return
    cohort_ids = sorted({cohort_id for _, cohort_id in participations})
    await cohorts.hold(tx, cohort_ids)
    await places.confirm(tx, [(cohort_id, person_id) for person_id, cohort_id in participations], at=now)
    await ask_for_updates(tx, cohort_ids, [person_id for person_id, _ in participations], at=now)


def _participation(due: DueMessage) -> tuple[PersonId, CohortId] | None:
    message = due.message
    if message.cohort_id is None or message.session_id is not None:
        return None
    return message.person_id, message.cohort_id


def _template(delivery: Delivery) -> str | None:
    return delivery.letter.template if delivery.letter else None
