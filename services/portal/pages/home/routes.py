"""The page at the gateway's root: what there is to do for whoever asks."""

from contextlib import suppress

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.api import Refused, ServiceAway
from services.portal.pages.visit import Anybody

router = APIRouter()


@router.get("/")
async def home(visit: Anybody) -> Response:
    """Also while the services are away: then it says nothing about the time."""
    time = None
    with suppress(ServiceAway, Refused):
        time = await clock.replayed(visit.services)
    return visit.page("home.html.j2", time=time)
