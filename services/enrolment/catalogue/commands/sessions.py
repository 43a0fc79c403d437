from datetime import datetime

from services.enrolment.catalogue import events
from services.enrolment.catalogue.commands.reactions import Reactions
from services.enrolment.catalogue.domain.sessions import Session
from services.enrolment.catalogue.store import cohorts, link_hosts, sessions
from shared.ids import CohortId, SessionId
from shared.london import day_of
from shared.messaging import outbox
from shared.postgres.database import Transaction
from shared.whose import Everyone, Provider


async def schedule(
    tx: Transaction,
    cohort_id: CohortId,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    join_url: str,
    reactions: Reactions,
    now: datetime,
) -> Session:
    """Give a session of the cohort its date; who completed the programme without it may have to come again."""
    session = Session.scheduled(cohort_id, title=title, starts_at=starts_at, ends_at=ends_at, join_url=join_url)
    await _must_lead_to_a_known_host(tx, join_url, now=now)
    cohort = await cohorts.lock(tx, cohort_id)
    cohort.add_session(starts_at)
    await cohorts.save_sessions(tx, cohort)
    await sessions.insert(tx, session)
    outbox.append(tx, events.session_scheduled(session, at=now), at=now)
    await reactions.session_added(tx, cohort, now=now)
    return session


async def publish_recording(
    tx: Transaction, session_id: SessionId, recording_url: str, *, whose: Provider | Everyone, now: datetime
) -> Session:
    """Say where the recording of a session is; a provider says so of its own sessions only."""
    await cohorts.lock_of_session(tx, session_id)
    session = await sessions.find(tx, session_id, whose)
    await _must_lead_to_a_known_host(tx, recording_url, now=now)
    if session.publish_recording(recording_url, now=now):
        await sessions.save_recording(tx, session)
        outbox.append(tx, events.recording_published(session, at=now), at=now)
    return session


async def _must_lead_to_a_known_host(tx: Transaction, url: str, *, now: datetime) -> None:
    (await link_hosts.in_force(tx, day_of(now))).check(url)
