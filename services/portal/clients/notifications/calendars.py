"""Dates as calendars take them."""

from http import HTTPStatus
from uuid import UUID

from services.portal.clients.api import Api, Refused
from shared.errors import Unavailable


class PlaceNotKnownYet(Unavailable):
    """Of a place that was given just now notifications hears within seconds."""

    code = "place_not_known_yet"


async def of_place(services: Api, person_id: UUID, cohort_id: UUID) -> bytes:
    """The sessions to come of a place that the person holds: an iCalendar file."""
    try:
        answer = await services.raw(f"/notifications/v1/people/{person_id}/cohorts/{cohort_id}/calendar.ics")
    except Refused as refused:
        if refused.problem.status == HTTPStatus.NOT_FOUND:
            raise PlaceNotKnownYet("the dates of this place are not there yet") from None
        raise
    return answer.content
