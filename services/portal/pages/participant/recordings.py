"""Recordings of the sessions a person has a place in."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.enrolment import links, own_sessions
from services.portal.pages.participant.own import PersonId
from services.portal.pages.visit import Somebody

router = APIRouter()

A_PAGE = 50


@router.get("/my/recordings")
async def index(visit: Somebody, person_id: PersonId) -> Response:
    """The newest first."""
    found = await own_sessions.recorded(visit.services, person_id, after=visit.after, limit=A_PAGE)
    return visit.page("my_recordings.html.j2", recorded=found.items, pages=visit.pages(found.next))


@router.get("/my/recordings/{recording_ref}")
async def watch(visit: Somebody, recording_ref: str) -> Response:
    """To the recording: the link in a page stays right when it moves."""
    return RedirectResponse(await links.recording(visit.services, recording_ref), 303)
