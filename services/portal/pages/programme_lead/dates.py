"""The sessions of a cohort: added, changed, cancelled; and their recordings."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Edition
from services.portal.clients.enrolment import cohorts, sessions
from services.portal.clients.enrolment.sessions import Session
from services.portal.frame.forms import Form
from services.portal.frame.navigation import LEADS, PROVIDERS
from services.portal.pages.possible import must_be_possible
from services.portal.pages.programme_lead.session_form import NAMES, read, typed
from services.portal.pages.sending import Sent, act, see_other, theirs
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/cohorts/{cohort_id}/sessions/new")
async def ask_for_another(visit: Somebody, cohort_id: UUID) -> Response:
    """Another date of a cohort; its title is mostly the cohort's."""
    visit.needs(LEADS)
    cohort = await cohorts.one(visit.services, cohort_id)
    must_be_possible(cohort, "add_session")
    return visit.page("session_new.html.j2", cohort=cohort, form=Form.showing(session_title=cohort.title))


@router.post("/cohorts/{cohort_id}/sessions/new")
async def add(visit: Somebody, cohort_id: UUID, form: Sent) -> Response:
    """Add it."""
    told = read(form)
    if await act(form, lambda: sessions.add(visit.services, cohort_id, told, key=form.key), NAMES):
        return see_other(f"/cohorts/{cohort_id}", "session-added")
    cohort = await cohorts.one(visit.services, cohort_id)
    return visit.page("session_new.html.j2", cohort=cohort, form=form)


@router.get("/sessions/{session_id}/edit")
async def ask_to_edit(visit: Somebody, session_id: UUID) -> Response:
    """As it is now."""
    visit.needs(LEADS)
    found = await sessions.edition(visit.services, session_id)
    must_be_possible(found.record, "edit")
    return _editing(visit, found, Form.showing(**typed(found.record), etag=found.etag))


@router.post("/sessions/{session_id}/edit")
async def edit(visit: Somebody, session_id: UUID, form: Sent) -> Response:
    """Change it; where somebody else did in the meantime, both are shown."""
    told, etag = read(form), form.value("etag")
    session = await act(form, lambda: sessions.edit(visit.services, session_id, told, etag=etag), NAMES)
    if session:
        return see_other(f"/cohorts/{session.cohort_id}", "session-edited")
    return _editing(visit, await sessions.edition(visit.services, session_id), form)


def _editing(visit: Visit, found: Edition[Session], form: Form) -> Response:
    return visit.page("session_edit.html.j2", session=found.record, form=form, theirs=theirs(form, found, typed))


@router.get("/sessions/{session_id}/cancel")
async def ask_to_cancel(visit: Somebody, session_id: UUID) -> Response:
    """What follows from it, before it is done."""
    visit.needs(LEADS)
    session = await sessions.one(visit.services, session_id)
    must_be_possible(session, "cancel")
    return await _cancelling(visit, session, Form())


@router.post("/sessions/{session_id}/cancel")
async def cancel(visit: Somebody, session_id: UUID, form: Sent) -> Response:
    """Call it off."""
    reason = form.required("reason", "Choose why it is cancelled")
    session = await act(form, lambda: sessions.cancel(visit.services, session_id, reason, key=form.key))
    if session:
        return see_other(f"/cohorts/{session.cohort_id}", "session-cancelled")
    return await _cancelling(visit, await sessions.one(visit.services, session_id), form)


async def _cancelling(visit: Visit, session: Session, form: Form) -> Response:
    reasons = await visit.choices("cancellation-reasons")
    return visit.page("session_cancel.html.j2", session=session, reasons=reasons, form=form)


@router.get("/sessions/{session_id}/recording")
async def ask_for_recording(visit: Somebody, session_id: UUID) -> Response:
    """Where it can be watched."""
    visit.needs(LEADS | PROVIDERS)
    session = await sessions.one(visit.services, session_id)
    must_be_possible(session, "publish_recording")
    form = Form.showing(recording_url=session.recording_url or "")
    return visit.page("recording.html.j2", session=session, form=form)


@router.post("/sessions/{session_id}/recording")
async def publish(visit: Somebody, session_id: UUID, form: Sent) -> Response:
    """Say where it can be watched."""
    url = form.required("recording_url", "Enter the address of the recording")
    session = await act(form, lambda: sessions.publish_recording(visit.services, session_id, url, key=form.key))
    if session:
        return see_other(f"/cohorts/{session.cohort_id}", "recording-published")
    session = await sessions.one(visit.services, session_id)
    return visit.page("recording.html.j2", session=session, form=form)
