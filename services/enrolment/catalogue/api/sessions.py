from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.api.access import Anyone, Lead, LeadOrProvider, plans
from services.enrolment.catalogue.api.cohorts import CancellationBody
from services.enrolment.catalogue.api.reactions import Reacting
from services.enrolment.catalogue.commands.sessions import cancel_session, edit_session, publish_recording, schedule
from services.enrolment.catalogue.domain.sessions import Session, SessionPlan
from services.enrolment.catalogue.store import cohorts, sessions
from shared.fields import Moment, Title, WebAddress
from shared.ids import CohortId, SessionId
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.paging import Page
from shared.web.principal import Principal
from shared.web.views import Body, View
from shared.whose import EVERYONE

router = APIRouter(prefix="/v1", tags=["sessions"])


class SessionBody(Body):
    """One sitting of a cohort."""

    title: Title
    starts_at: Moment
    ends_at: Moment
    join_url: WebAddress = Field(description="Kept here; events and mails carry a reference.")

    def plan(self) -> SessionPlan:
        """The plan as the domain knows it."""
        return SessionPlan(self.title, self.starts_at, self.ends_at, self.join_url)


class RecordingBody(Body):
    """Where a recording stands."""

    recording_url: WebAddress = Field(description="Kept here; events and mails carry a reference.")


class SessionView(View):
    """One sitting; addresses are for those who plan it, everybody else follows a reference."""

    session_id: UUID
    cohort_id: UUID
    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    join_ref: str
    recording_ref: str | None
    held_at: AwareDatetime | None = Field(description="When its register was first taken.")
    calendar_sequence: int
    join_url: str | None = Field(None, description="For those who plan it.")
    recording_url: str | None = Field(None, description="For those who plan it.")
    cancelled_at: AwareDatetime | None = Field(None, description="Since when it does not take place.")
    cancellation_reason: str | None = Field(None, description="A code of the list `cancellation-reasons`.")
    version: int = 1

    def without_addresses(self) -> "SessionView":
        """As it is shown to whoever does not plan it."""
        return self.model_copy(update={"join_url": None, "recording_url": None})


@router.post("/cohorts/{cohort_id}/sessions", status_code=201)
async def create_session(
    *,
    cohort_id: UUID,
    body: SessionBody,
    caller: Lead,
    reactions: Reacting,
    once: Idempotent,
    now: Now,
    response: Response,
) -> SessionView:
    """Give a session of the cohort its date; it starts once enrolment has opened."""
    session = await once.run(
        SessionView, schedule, CohortId(cohort_id), body.plan(), by=caller.sub, reactions=reactions, now=now
    )
    etag.set_on(response, session.version)
    return session


@router.get("/cohorts/{cohort_id}/sessions")
async def list_sessions(cohort_id: UUID, caller: Anyone, db: Db) -> Page[SessionView]:
    """All sessions of a cohort in the order of their dates, cancelled ones too."""
    await db.read(cohorts.find, CohortId(cohort_id), EVERYONE)
    found = await db.read(sessions.of_cohort, CohortId(cohort_id))
    return Page(items=[_shown(session, caller) for session in found], next=None)


@router.get("/sessions/{session_id}")
async def get_session(session_id: UUID, caller: Anyone, db: Db, response: Response) -> SessionView:
    """One session."""
    session = await db.read(sessions.find, SessionId(session_id), EVERYONE)
    etag.set_on(response, session.version)
    return _shown(session, caller)


@router.put("/sessions/{session_id}")
async def put_session(
    *,
    session_id: UUID,
    body: SessionBody,
    caller: Lead,
    if_match: IfMatch,
    reactions: Reacting,
    db: Db,
    now: Now,
    response: Response,
) -> SessionView:
    """Reschedule a session or change what it is called and where people join (send its ETag as `If-Match`).

    Calendars follow a new time or title; links in mails lead to the new room by themselves.
    """
    session = await db.run(
        edit_session,
        SessionId(session_id),
        body.plan(),
        expected_version=if_match,
        by=caller.sub,
        reactions=reactions,
        now=now,
    )
    etag.set_on(response, session.version)
    return SessionView.model_validate(session)


@router.post("/sessions/{session_id}/cancellation")
async def create_session_cancellation(
    *, session_id: UUID, body: CancellationBody, caller: Lead, once: Idempotent, reactions: Reacting, now: Now
) -> SessionView:
    """Cancel a session that was not held: it leaves people's calendars, and the cohort goes on without it."""
    return await once.run(
        SessionView, cancel_session, SessionId(session_id), body.reason, by=caller.sub, reactions=reactions, now=now
    )


@router.post("/sessions/{session_id}/recording")
async def create_recording(
    session_id: UUID, body: RecordingBody, caller: LeadOrProvider, once: Idempotent, now: Now
) -> SessionView:
    """Say where the recording of a session can be watched; said otherwise later, the links in mails lead there."""
    session = await once.run(
        SessionView, publish_recording, SessionId(session_id), body.recording_url, whose=caller.provided(), now=now
    )
    return session if plans(caller) else session.without_addresses()


def _shown(session: Session, caller: Principal) -> SessionView:
    view = SessionView.model_validate(session)
    return view if plans(caller) else view.without_addresses()
