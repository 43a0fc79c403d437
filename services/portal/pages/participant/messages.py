"""What was sent to a person."""

import asyncio

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import places
from services.portal.clients.notifications import messages
from services.portal.pages.participant.own import PersonId
from services.portal.pages.purposes import PURPOSES
from services.portal.pages.visit import Somebody

router = APIRouter()

A_PAGE = 50


@router.get("/my/messages")
async def index(visit: Somebody, person_id: PersonId) -> Response:
    """In the order in which they were asked for, with the course each is about."""
    found, held = await asyncio.gather(
        messages.of_person(visit.services, person_id, after=visit.after, limit=A_PAGE),
        places.of_person(visit.services, person_id),
    )
    return visit.page(
        "my_messages.html.j2",
        messages=found.items,
        purposes=PURPOSES,
        courses={place.cohort_id: place.cohort_title for place in held},
        pages=visit.pages(found.next),
    )
