"""The page at the gateway's root: what there is to do for whoever asks."""

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.additions import if_there
from services.portal.pages.visit import Anybody

router = APIRouter()


@router.get("/")
async def home(visit: Anybody) -> Response:
    """Also while the services are away: then it says nothing about the time."""
    return visit.page("home.html.j2", time=await if_there(clock.replayed(visit.services)))
