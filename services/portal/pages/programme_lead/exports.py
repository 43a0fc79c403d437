"""The places of a cohort for a spreadsheet: the rows of its page."""

import csv
import io
from collections.abc import Iterable, Mapping
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Api
from services.portal.clients.enrolment import enrolments
from services.portal.clients.enrolment.enrolments import Enrolment
from services.portal.frame.states import state
from services.portal.pages.visit import Somebody
from shared.london import in_london

router = APIRouter()

COLUMNS = ("name", "organisation", "state", "rank", "asked", "enrolled", "withdrawn", "withdrawn late")
_A_PAGE = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for more than a text."""


@router.get("/cohorts/{cohort_id}/places.csv")
async def places(visit: Somebody, cohort_id: UUID) -> Response:
    """Every row, also those beyond the page's hundred."""
    found = await _all(visit.services, cohort_id)
    text = as_csv(found, await visit.words("organisations"))
    headers = {"Content-Disposition": 'attachment; filename="places.csv"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


async def _all(services: Api, cohort_id: UUID) -> list[Enrolment]:
    found: list[Enrolment] = []
    after: str | None = None
    while True:
        page = await enrolments.of_cohort(services, cohort_id, limit=_A_PAGE, after=after)
        found += page.items
        if page.next is None:
            return found
        after = page.next


def as_csv(places: Iterable[Enrolment], organisations: Mapping[str, str]) -> str:
    """With the mark by which spreadsheets know that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for place in places:
        writer.writerow([_harmless(cell) for cell in _cells(place, organisations)])
    return f"\ufeff{text.getvalue()}"


def _cells(place: Enrolment, organisations: Mapping[str, str]) -> tuple[str, ...]:
    moments = (place.asked_at, place.enrolled_at, place.withdrawn_at)
    late = "" if place.late is None else ("yes" if place.late else "no")
    return (
        place.name or str(place.person_id),
        organisations.get(place.organisation or "", place.organisation or ""),
        state("enrolment", place.state).words,
        "" if place.rank is None else str(place.rank),
        *(f"{in_london(moment):%Y-%m-%d %H:%M}" if moment else "" for moment in moments),
        late,
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
