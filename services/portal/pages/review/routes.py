"""The published review of a year, beside what the services' own reports give; for anyone."""

from typing import cast

from fastapi import APIRouter, Request, Response

from services.portal.frame.page import page
from services.portal.pages.review.rows import Review, as_csv, written
from services.portal.settings import Settings

router = APIRouter()


@router.get("/review")
async def review(request: Request) -> Response:
    """Every figure with its verdict, or how to get one."""
    return page(request, "review.html.j2", review=_last(request))


@router.get("/review.csv")
async def review_csv(request: Request) -> Response:
    """The same rows for a spreadsheet."""
    headers = {"Content-Disposition": 'attachment; filename="review.csv"', "Cache-Control": "no-cache"}
    return Response(as_csv(_last(request).rows), media_type="text/csv; charset=utf-8", headers=headers)


def _last(request: Request) -> Review:
    return written(cast("Settings", request.app.state.settings).own.review)
