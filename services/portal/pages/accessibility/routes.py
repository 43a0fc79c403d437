"""What these pages do and do not do for people who use them in their own way; the law asks for the statement."""

from fastapi import APIRouter, Request, Response

from services.portal.frame.page import page

router = APIRouter()


@router.get("/accessibility")
def accessibility(request: Request) -> Response:
    """For anyone."""
    return page(request, "accessibility.html.j2")
