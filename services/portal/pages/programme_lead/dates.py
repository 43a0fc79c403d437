"""The sessions of a cohort: added, changed, cancelled; and their recordings."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import cohorts, sessions
from services.portal.clients.enrolment.sessions import Session
from services.portal.frame.forms import Form
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit
from shared.london import in_london

router = APIRouter()

NAMES = {"title": "session_title", "starts_at": "starts", "ends_at": "ends"}
"""Fields of the form, where the service calls them otherwise."""


@router.get("/cohorts/{cohort_id}/sessions/new")
async def ask_for_another(visit: Somebody, cohort_id: UUID) -> Response:
    """Another date of a cohort; its title is mostly the cohort's."""
    cohort = await cohorts.one(visit.services, cohort_id)
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
    found = await sessions.edition(visit.services, session_id)
    form = Form.showing(**typed(found.record), etag=found.etag)
    return visit.page("session_edit.html.j2", session=found.record, form=form, theirs=None)


@router.post("/sessions/{session_id}/edit")
async def edit(visit: Somebody, session_id: UUID, form: Sent) -> Response:
    """Change it; where somebody else did in the meantime, both are shown."""
    told, etag = read(form), form.value("etag")
    session = await act(form, lambda: sessions.edit(visit.services, session_id, told, etag=etag), NAMES)
    if session:
        return see_other(f"/cohorts/{session.cohort_id}", "session-edited")
    found = await sessions.edition(visit.services, session_id)
    theirs = found.record if form.stale else None
    if form.stale:
        form.keep("etag", found.etag)
    return visit.page("session_edit.html.j2", session=found.record, form=form, theirs=theirs)


@router.get("/sessions/{session_id}/cancel")
async def ask_to_cancel(visit: Somebody, session_id: UUID) -> Response:
    """What follows from it, before it is done."""
    return await _cancelling(visit, session_id, Form())


@router.post("/sessions/{session_id}/cancel")
async def cancel(visit: Somebody, session_id: UUID, form: Sent) -> Response:
    """Call it off."""
    reason = form.required("reason", "Choose why it is cancelled")
    session = await act(form, lambda: sessions.cancel(visit.services, session_id, reason, key=form.key))
    if session:
        return see_other(f"/cohorts/{session.cohort_id}", "session-cancelled")
    return await _cancelling(visit, session_id, form)


async def _cancelling(visit: Visit, session_id: UUID, form: Form) -> Response:
    session, reasons = await asyncio.gather(
        sessions.one(visit.services, session_id), visit.choices("cancellation-reasons")
    )
    return visit.page("session_cancel.html.j2", session=session, reasons=reasons, form=form)


@router.get("/sessions/{session_id}/recording")
async def ask_for_recording(visit: Somebody, session_id: UUID) -> Response:
    """Where it can be watched."""
    session = await sessions.one(visit.services, session_id)
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


def read(form: Form) -> Mapping[str, Any]:
    """A session as the form tells it."""
    title = form.required("session_title", "Enter a title")
    starts = form.moment("on", "starts", "Start")
    ends = form.moment("on", "ends", "End")
    join_url = form.required("join_url", "Enter the address people join at")
    return {
        "title": title,
        "starts_at": starts and starts.isoformat(),
        "ends_at": ends and ends.isoformat(),
        "join_url": join_url,
    }


def typed(session: Session) -> dict[str, str]:
    """What stands in the form of a session that is there."""
    starts, ends = in_london(session.starts_at), in_london(session.ends_at)
    return {
        "session_title": session.title,
        "on": str(starts.day),
        "on-month": str(starts.month),
        "on-year": str(starts.year),
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "join_url": session.join_url or "",
    }
