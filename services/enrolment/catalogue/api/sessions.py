from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.api.access import Lead, LeadOrProvider, plans
from services.enrolment.catalogue.api.cohorts import CancellationBody
from services.enrolment.catalogue.api.reactions import Reacting
from services.enrolment.catalogue.commands.sessions import cancel_session, edit_session, publish_recording, schedule
from services.enrolment.catalogue.domain.cohorts import (
    CohortCancelled,
    CohortNotFound,
    SessionOutsideCohort,
    TooManySessions,
)
from services.enrolment.catalogue.domain.link_hosts import LinkHostUnknown
from services.enrolment.catalogue.domain.sessions import (
    Session,
    SessionCancelled,
    SessionHeld,
    SessionMovedIntoPast,
    SessionNotFound,
    SessionNotStarted,
    SessionPlan,
    SessionTimesWrong,
)
from shared.codes import UnknownCode
from shared.fields import Moment, Title, WebAddress
from shared.ids import CohortId, SessionId
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.principal import Principal
from shared.web.refusals import refuses
from shared.web.terms import Cohort, CohortInPath, SessionInPath, Version
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["sessions"])


_TITLE = Field(description="What people call it.", examples=["Leading with compassion"])
_STARTS_AT = Field(description="UTC.", examples=["2020-10-12T09:00:00Z"])
_ENDS_AT = Field(description="UTC; at most twelve hours after it starts.", examples=["2020-10-12T11:00:00Z"])


class SessionBody(Body):
    """One sitting of a cohort."""

    title: Title = _TITLE
    starts_at: Moment = _STARTS_AT
    ends_at: Moment = _ENDS_AT
    join_url: WebAddress = Field(
        description="The room people join by. Kept here; events and mails carry a reference.",
        examples=["https://rooms.example.org/1"],
    )

    def plan(self) -> SessionPlan:
        """The plan as the domain knows it."""
        return SessionPlan(self.title, self.starts_at, self.ends_at, self.join_url)


class RecordingBody(Body):
    """Where a recording stands."""

    recording_url: WebAddress = Field(
        description="Kept here; events and mails carry a reference.", examples=["https://films.example.org/1"]
    )


class SessionView(View):
    """One sitting; addresses are for those who plan it, everybody else follows a reference."""

    session_id: UUID = Field(description="This session.")
    cohort_id: Cohort
    title: str = _TITLE
    starts_at: AwareDatetime = _STARTS_AT
    ends_at: AwareDatetime = _ENDS_AT
    join_ref: str = Field(
        description="Leads to the room, by `/v1/joining/…`, and stays the same.", examples=["Zq8f2Vw0mD3kXr7Lb1Ns5TyA"]
    )
    recording_ref: str | None = Field(
        description="Leads to the recording, by `/v1/recordings/…`; null while there is none.",
        examples=["hT4cPz9Ew2Kj6Rn0Uv8Gx3Qd"],
    )
    held_at: AwareDatetime | None = Field(description="When its register first told of the day; null before.")
    calendar_sequence: int = Field(
        description="From 0 on, one more with each change that calendars show (RFC 5545, `SEQUENCE`).", examples=[0]
    )
    join_url: str | None = Field(
        None, description="Null to those who do not plan it.", examples=["https://rooms.example.org/1"]
    )
    recording_url: str | None = Field(
        None,
        description="Null while there is no recording, and to those who do not plan it.",
        examples=["https://films.example.org/1"],
    )
    cancelled_at: AwareDatetime | None = Field(
        None, description="Since when it does not take place; null while it does.", examples=[None]
    )
    cancellation_reason: str | None = Field(
        None, description="Of `/v1/codes/cancellation-reasons`; null while it takes place.", examples=[None]
    )
    version: Version = 1

    def without_addresses(self) -> "SessionView":
        """As it is shown to whoever does not plan it."""
        return self.model_copy(update={"join_url": None, "recording_url": None})


_NOT_SO_PLANNED = (SessionTimesWrong, SessionOutsideCohort, LinkHostUnknown)


@router.post("/cohorts/{cohort_id}/sessions", status_code=201)
@refuses(CohortNotFound, CohortCancelled, TooManySessions, *_NOT_SO_PLANNED)
async def create_session(
    *,
    cohort_id: CohortInPath,
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


@router.put("/sessions/{session_id}")
@refuses(SessionNotFound, CohortCancelled, SessionCancelled, SessionHeld, SessionMovedIntoPast, *_NOT_SO_PLANNED)
async def put_session(
    *,
    session_id: SessionInPath,
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
@refuses(UnknownCode, SessionNotFound, SessionCancelled, SessionHeld)
async def create_session_cancellation(
    *,
    session_id: SessionInPath,
    body: CancellationBody,
    caller: Lead,
    once: Idempotent,
    reactions: Reacting,
    now: Now,
    response: Response,
) -> SessionView:
    """Cancel a session that was not held: it leaves people's calendars, and the cohort goes on without it."""
    session = await once.run(
        SessionView, cancel_session, SessionId(session_id), body.reason, by=caller.sub, reactions=reactions, now=now
    )
    etag.set_on(response, session.version)
    return session


@router.post("/sessions/{session_id}/recording")
@refuses(SessionNotFound, LinkHostUnknown, SessionCancelled, SessionNotStarted)
async def create_recording(
    *,
    session_id: SessionInPath,
    body: RecordingBody,
    caller: LeadOrProvider,
    once: Idempotent,
    now: Now,
    response: Response,
) -> SessionView:
    """Say where the recording of a session can be watched; said otherwise later, the links in mails lead there."""
    session = await once.run(
        SessionView,
        publish_recording,
        SessionId(session_id),
        body.recording_url,
        whose=caller.provided(),
        by=caller.sub,
        now=now,
    )
    etag.set_on(response, session.version)
    return session if plans(caller) else session.without_addresses()


def shown(session: Session, caller: Principal) -> SessionView:
    """With addresses to those who plan it."""
    view = SessionView.model_validate(session)
    return view if plans(caller) else view.without_addresses()
