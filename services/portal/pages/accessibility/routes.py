"""What these pages do and do not do for people who use them in their own way; the law asks for the statement."""

from fastapi import APIRouter, Response

from services.portal.pages.visit import Anybody

router = APIRouter()


@router.get("/accessibility")
async def accessibility(visit: Anybody) -> Response:
    """For anyone."""
    return visit.page("accessibility.html.j2")
