"""The published review of a year, beside what the services' own reports give; for anyone."""

from typing import cast

from fastapi import APIRouter, Response

from services.portal.pages.review.rows import HEADER, Review, written
from services.portal.pages.visit import Anybody, Visit
from services.portal.settings import Settings

router = APIRouter()


@router.get("/review")
async def review(visit: Anybody) -> Response:
    """Every figure with its verdict, or how to get one."""
    return visit.page("review.html.j2", review=_last(visit))


@router.get("/review.csv")
async def review_csv(visit: Anybody) -> Response:
    """The same rows for a spreadsheet."""
    return visit.file("review", HEADER, _last(visit).lines())


def _last(visit: Visit) -> Review:
    return written(cast("Settings", visit.request.app.state.settings).own.review)
