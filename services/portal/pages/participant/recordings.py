"""Recordings of the sessions a person has a place in."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.api import Api
from services.portal.clients.enrolment import links, places
from services.portal.clients.enrolment.places import Place
from services.portal.clients.enrolment.sessions import Session
from services.portal.pages.participant.own import PersonId, with_dates
from services.portal.pages.visit import Somebody

router = APIRouter()


@router.get("/my/recordings")
async def index(visit: Somebody, person_id: PersonId) -> Response:
    """The newest first."""
    return visit.page("my_recordings.html.j2", recorded=await _recorded(visit.services, person_id))


@router.get("/my/recordings/{recording_ref}")
async def watch(visit: Somebody, recording_ref: str) -> Response:
    """To the recording: the link in a page stays right when it moves."""
    return RedirectResponse(await links.recording(visit.services, recording_ref), 303)


async def _recorded(services: Api, person_id: UUID) -> list[tuple[Place, Session]]:
    held = [place for place in await places.of_person(services, person_id) if place.state in {"enrolled", "completed"}]
    dated = await with_dates(services, held)
    recorded = [(one.place, session) for one in dated for session in one.sessions if session.recording_ref]
    return sorted(recorded, key=lambda found: found[1].starts_at, reverse=True)
