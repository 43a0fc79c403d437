"""For those who write programs: API documents, and in development personas with a token to copy."""

from fastapi import APIRouter, Response

from services.portal.clients import issuer
from services.portal.clients.additions import if_there
from services.portal.pages.developers.documents import documented
from services.portal.pages.visit import Anybody

router = APIRouter()


@router.get("/api")
async def api(visit: Anybody) -> Response:
    """What there is to read, and who to be while trying it: nobody, where no development issuer answers."""
    personas = await if_there(issuer.personas(visit.services))
    return visit.page("api.html.j2", services=documented(), personas=personas or [])
