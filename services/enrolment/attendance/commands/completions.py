from collections.abc import Sequence
from datetime import datetime

from services.enrolment.attendance import events
from services.enrolment.attendance.domain.completions import Graduate, Record
from services.enrolment.attendance.domain.registers import Participant, Register
from services.enrolment.attendance.store import completions
from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.store import programmes
from services.enrolment.places.commands.enrolments import end_places
from shared.messaging import outbox
from shared.postgres.database import Transaction


async def follow_register(tx: Transaction, register: Register, cohort: Cohort, *, now: datetime) -> None:
    """Whoever meets the criterion by this register completes; whoever no longer does has not completed."""
    programme = await programmes.find(tx, cohort.programme_code)
    judged = programme.completion, cohort.sessions
    await _complete(tx, register.completing(*judged), cohort, programme, now=now)
    await _take_back(tx, register.falling_short(*judged), cohort, programme, reason="register_corrected", now=now)


async def follow_sessions(tx: Transaction, cohort: Cohort, *, now: datetime) -> None:
    """Where every session counts, nobody has been at one just added: who completed has to come to it."""
    programme = await programmes.find(tx, cohort.programme_code)
    if programme.completion.attend == "all":
        graduates = await completions.graduates(tx, cohort.cohort_id)
        await _take_back(tx, graduates, cohort, programme, reason="session_added", now=now)


async def follow_fewer_sessions(tx: Transaction, cohort: Cohort, *, now: datetime) -> None:
    """Where every session counts, who was at all that are left has completed the programme."""
    programme = await programmes.find(tx, cohort.programme_code)
    if programme.completion.attend != "all":
        return
    records = await completions.records(tx, cohort.cohort_id)
    ready = [r for r in records if r.meets(programme.completion, cohort.sessions)]
    await _complete(tx, ready, cohort, programme, now=now)


async def _complete(
    tx: Transaction, ready: Sequence[Participant | Record], cohort: Cohort, programme: Programme, *, now: datetime
) -> None:
    completed = await completions.complete(tx, [p.enrolment_id for p in ready], at=now) if ready else ()
    for participant in ready:
        if participant.enrolment_id in completed:
            outbox.append(tx, events.programme_completed(participant, cohort, programme, at=now), at=now)


async def _take_back(
    tx: Transaction,
    short: Sequence[Participant | Graduate],
    cohort: Cohort,
    programme: Programme,
    *,
    reason: events.Shortfall,
    now: datetime,
) -> None:
    taken = await completions.take_back(tx, [once.enrolment_id for once in short]) if short else ()
    for once in short:
        if once.enrolment_id in taken:
            withdrawn = events.completion_withdrawn(once, cohort, programme, reason=reason, at=now)
            outbox.append(tx, withdrawn, at=now)
    if taken and cohort.cancelled_at is not None:
        await end_places(tx, cohort, now=now)
