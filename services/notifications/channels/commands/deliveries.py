"""Claim messages that can leave, and write down what became of them: two transactions, and the mails between them.

A mail may take as long as its server likes; no transaction is open meanwhile, and whatever is written about the message
or its person goes on. So what was true when the letter was written is looked at again when it is settled.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.notifications.calendars.commands.invitations import ask_for_updates
from services.notifications.calendars.domain.invitations import CalendarEntry
from services.notifications.calendars.store import cohorts, invitations, places
from services.notifications.channels import events
from services.notifications.channels.domain import letters
from services.notifications.channels.domain.deliveries import DATES_TO_FOLLOW_AFTER, ENDED_UNCONFIRMED, ClaimId, Outcome
from services.notifications.channels.domain.letters import DueMessage, RenderedMessage, cancellation
from services.notifications.channels.store import deliveries
from services.notifications.contacts.store import contacts
from services.notifications.messages.domain.messages import ENDS_PLACE, Purpose, Silence, State
from services.notifications.messages.store import messages, recordings
from shared.ids import CohortId, PersonId
from shared.messaging import outbox
from shared.observability import tracing
from shared.postgres.database import Transaction


@dataclass(frozen=True, slots=True)
class SendResult:
    """A message and what became of it; no letter where none could be written."""

    due: DueMessage
    outcome: Outcome
    letter: RenderedMessage | None = None

    @property
    def told(self) -> bool:
        """Whether whoever it is for knows what it says: it was taken, or handed over so often that they have it."""
        return self.outcome.state is State.SENT or self.outcome == ENDED_UNCONFIRMED

    @property
    def participation(self) -> tuple[PersonId, CohortId] | None:
        """The person and cohort whose calendar the message concerns."""
        return _participation(self.due)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a sender has taken, and how many mails wait because the person has had so many within the hour."""

    due: Sequence[DueMessage]
    put_off: int


async def claim(
    tx: Transaction, claim_id: ClaimId, *, lasts: timedelta, now: datetime, limit: int, most_an_hour: int
) -> Claimed:
    """Up to `limit` messages that can leave, each with what its person's calendar was told.

    Nobody else gets them before they are settled, or the claim has lasted: who claims them then may say them again.
    """
    due, put_off = await deliveries.claim_due(
        tx,
        claim_id,
        lasts=lasts,
        now=now,
        dates_after=DATES_TO_FOLLOW_AFTER,
        limit=limit,
        most_an_hour=most_an_hour,
    )
    if not due:
        return Claimed((), put_off)
    told = await invitations.of_people(tx, [p for p in map(_participation, due) if p is not None])
    with_calendar = [replace(d, invitations=told.get(p, ())) if (p := _participation(d)) else d for d in due]
    return Claimed(with_calendar, put_off)


async def settle(
    tx: Transaction,
    claim_id: ClaimId,
    results: Collection[SendResult],
    *,
    now: datetime,
) -> list[SendResult]:
    """Write what became of messages and announce what left; the results that counted. The claim is over."""
    moved = await _moved(tx, results)
    await _hold_places(tx, results)
    outcomes = {d.due.message.id: (d.outcome, _template(d)) for d in results}
    settled = await deliveries.settle(tx, claim_id, outcomes, now=now)
    await deliveries.release(tx, claim_id)
    counted = [d for d in results if d.due.message.id in settled]
    refused = [d for d in counted if _is_failed_confirmation(d) and d.due.message.person_id in moved]
    await _note_what_left(tx, [d for d in counted if d not in refused], now)
    await _ask_again(tx, refused, counted)
    return counted


async def _moved(tx: Transaction, results: Collection[SendResult]) -> frozenset[PersonId]:
    """Whose address changed while a confirmation to them failed; from here to the commit they stay."""
    failed = {d.due.message.person_id: d.due for d in results if _is_failed_confirmation(d)}
    if not failed:
        return frozenset()
    today = await contacts.lock_shared(tx, sorted(failed))
    return frozenset(p for p, due in failed.items() if today.get(p, "").casefold() != due.email.casefold())


async def _hold_places(tx: Transaction, results: Collection[SendResult]) -> None:
    given_up = [d.due.message for d in results if _is_kept_back_recording(d)]
    if given_up:
        await places.lock_shared(tx, sorted((m.cohort_id, m.person_id) for m in given_up if m.cohort_id))


async def _ask_again(tx: Transaction, refused: Collection[SendResult], counted: Collection[SendResult]) -> None:
    """What failed for a reason that was over when it was settled is tried again."""
    for person_id in sorted({d.due.message.person_id for d in refused}):
        await messages.confirm_again(tx, person_id)
    for message in (d.due.message for d in counted if _is_kept_back_recording(d)):
        if message.cohort_id:
            await recordings.promise_recordings_again(tx, message.person_id, message.cohort_id)


def _is_failed_confirmation(result: SendResult) -> bool:
    failed = result.outcome.state in {State.TEMPORARY_FAILURE, State.PERMANENT_FAILURE}
    return (failed or result.outcome == ENDED_UNCONFIRMED) and result.due.message.purpose is Purpose.CONFIRMATION


def _is_kept_back_recording(result: SendResult) -> bool:
    given_up = result.outcome.code == Silence.PLACE_GIVEN_UP
    return given_up and result.due.message.purpose is Purpose.RECORDING


async def _note_what_left(tx: Transaction, results: Collection[SendResult], now: datetime) -> None:
    told = [d for d in results if d.told]
    recorded = [d.due.message.id for d in told if d.due.message.purpose is Purpose.RECORDING]
    if recorded:
        await recordings.keep_back_told_recordings(tx, recorded)
    behind = await _cancel_left_behind(tx, results)
    entries = [entry for d in told if d.letter and d.participation for entry in d.letter.entries]
    await invitations.record(tx, [*behind, *entries])
    _announce(tx, [d for d in results if d.outcome.state is State.SENT], now)
    await _confirm(tx, told, now)


async def _cancel_left_behind(tx: Transaction, results: Collection[SendResult]) -> list[CalendarEntry]:
    """A mail for each entry at an earlier address, once the person's own letter has left.

    The end of a place takes them out also when its own letter reaches nobody.
    """
    over = [d for d in results if d.told or _ends_place(d)]
    behind = [(d.due.message, entry) for d in over for entry in letters.left_behind(d.due)]
    await messages.insert(tx, [cancellation(message, entry) for message, entry in behind])
    return [entry for _, entry in behind]


def _ends_place(result: SendResult) -> bool:
    return result.due.message.purpose in ENDS_PLACE and result.outcome.state is not State.TEMPORARY_FAILURE


def _announce(tx: Transaction, left: Sequence[SendResult], now: datetime) -> None:
    for result in left:
        message = result.due.message
        trace = tracing.Trace(message.cause.correlation_id, str(message.cause.event_id))
        with tracing.tracing(trace):
            outbox.append(tx, events.message_sent(message, _template(result) or "", at=now), at=now)


async def _confirm(tx: Transaction, told: Sequence[SendResult], now: datetime) -> None:
    """A session that came or changed while a confirmation was on its way is told by an update."""
    confirmed = [d.participation for d in told if d.due.message.purpose is Purpose.CONFIRMATION]
    participations = sorted({p for p in confirmed if p is not None})
    if not participations:
        return
    cohort_ids = sorted({cohort_id for _, cohort_id in participations})
    await cohorts.lock_shared(tx, cohort_ids)
    await places.confirm(tx, [(cohort_id, person_id) for person_id, cohort_id in participations], at=now)
    await ask_for_updates(tx, cohort_ids, [person_id for person_id, _ in participations], at=now)


def _participation(due: DueMessage) -> tuple[PersonId, CohortId] | None:
    message = due.message
    if message.cohort_id is None or message.session_id is not None:
        return None
    return message.person_id, message.cohort_id


def _template(result: SendResult) -> str | None:
    return result.letter.template if result.letter else None
