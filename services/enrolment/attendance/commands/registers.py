from collections.abc import Sequence
from datetime import datetime

from services.enrolment.attendance import events
from services.enrolment.attendance.commands.completions import follow_register
from services.enrolment.attendance.domain.registers import Register, Row, RowResult
from services.enrolment.attendance.store import registers
from services.enrolment.catalogue.commands.sessions import hold
from services.enrolment.catalogue.domain.cohorts import Cohort
from services.enrolment.catalogue.store import cohorts, sessions
from shared.ids import SessionId
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.whose import Everyone, Provider


async def take_register(
    tx: Transaction, session_id: SessionId, rows: Sequence[Row], *, whose: Provider | Everyone, by: str, now: datetime
) -> list[RowResult]:
    """Enter what happened at a session; a provider does so for its own sessions only. Repeated rows change nothing."""
    cohort = await cohorts.lock_of_session(tx, session_id)
    session = await sessions.find(tx, session_id, whose)
    session.must_have_started(now)
    participants = await registers.participants(tx, session, [row.person_id for row in rows])
    register = Register(session, participants)
    answers = register.enter_all(rows)
    if register.entries:
        await _save(tx, register, cohort, by=by, now=now)
    return answers


async def _save(tx: Transaction, register: Register, cohort: Cohort, *, by: str, now: datetime) -> None:
    session = register.session
    await registers.save(tx, session.session_id, register.marks, at=now)
    if register.taken_on_the_day():
        await hold(tx, session, by=by, now=now)
    for entry in register.entries:
        outbox.append(tx, events.attendance_event(entry, session, cohort.programme_code, at=now), at=now)
    await follow_register(tx, register, cohort, now=now)
