from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.api.access import Anyone, Lead, LeadOrProvider
from services.enrolment.catalogue.api.reactions import Reacting
from services.enrolment.catalogue.commands.sessions import publish_recording, schedule
from services.enrolment.catalogue.store import cohorts, sessions
from shared.fields import Moment, Title, WebAddress
from shared.ids import CohortId, SessionId
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.views import Body, View
from shared.whose import EVERYONE

router = APIRouter(prefix="/v1", tags=["sessions"])


class SessionBody(Body):
    """One sitting of a cohort."""

    title: Title
    starts_at: Moment
    ends_at: Moment
    join_url: WebAddress = Field(description="Kept here; events and mails carry a reference.")


class RecordingBody(Body):
    """Where a recording stands."""

    recording_url: WebAddress = Field(description="Kept here; events and mails carry a reference.")


class SessionView(View):
    """One sitting; addresses are told by reference only."""

    session_id: UUID
    cohort_id: UUID
    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    join_ref: str
    recording_ref: str | None
    held_at: AwareDatetime | None = Field(description="When its register was first taken.")
    calendar_sequence: int


@router.post("/cohorts/{cohort_id}/sessions", status_code=201)
async def create_session(
    *,
    cohort_id: UUID,
    body: SessionBody,
    caller: Lead,
    reactions: Reacting,
    once: Idempotent,
    now: Now,
) -> SessionView:
    """Give a session of the cohort its date."""
    return await once.run(
        SessionView,
        schedule,
        CohortId(cohort_id),
        title=body.title,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        join_url=body.join_url,
        reactions=reactions,
        now=now,
    )


@router.get("/cohorts/{cohort_id}/sessions")
async def list_sessions(
    cohort_id: UUID,
    caller: Anyone,
    db: Db,
) -> list[SessionView]:
    """The sessions of a cohort in the order of their dates."""
    await db.read(cohorts.find, CohortId(cohort_id), EVERYONE)
    return [SessionView.model_validate(s) for s in await db.read(sessions.of_cohort, CohortId(cohort_id))]


@router.post("/sessions/{session_id}/recording")
async def create_recording(
    session_id: UUID, body: RecordingBody, caller: LeadOrProvider, once: Idempotent, now: Now
) -> SessionView:
    """Say where the recording of a session can be watched."""
    return await once.run(
        SessionView, publish_recording, SessionId(session_id), body.recording_url, whose=caller.provided(), now=now
    )
