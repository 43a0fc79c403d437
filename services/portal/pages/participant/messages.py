"""What was sent to a person."""

import asyncio

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import places
from services.portal.clients.notifications import messages
from services.portal.pages.participant.own import PersonId
from services.portal.pages.visit import Somebody

router = APIRouter()

A_PAGE = 50

PURPOSES = {
    "confirmation": "Your place is confirmed",
    "session_update": "A session is new or has changed",
    "session_cancelled": "A session does not take place",
    "waiting_list": "You are on the waiting list",
    "withdrawal": "You gave up a place",
    "cohort_cancelled": "A course does not take place or does not go on",
    "cancellation": "A calendar entry at an earlier address is cancelled",
    "recording": "The recording of a session",
    "talent_update": "News of the talent pools",
    "coaching_invitation": "An invitation to coaching",
    "address_confirmation": "Is this address yours?",
    "address_change": "Your address was changed",
}
"""What a message is about, said to whoever got it."""

SILENCES = {
    "place_given_up": "You had given up the place.",
    "already_told": "You knew it already.",
    "over": "It was over.",
    "superseded": "A later message says it.",
    "attended": "You were there.",
    "watched": "You had watched it.",
    "not_recorded": "There is no recording.",
}
"""Why one was not sent, said to whoever it was for; what failed is told by its state."""

WAITS = {
    "contact": "It leaves once we know an address of yours.",
    "cohort": "It leaves within minutes.",
    "session": "It leaves once there is a date.",
    "recording": "It leaves if a recording is published.",
}
"""What one waits for that has not left, said to whoever it is for."""


@router.get("/my/messages")
async def index(visit: Somebody, person_id: PersonId) -> Response:
    """The newest first, with the course each is about."""
    found, held = await asyncio.gather(
        messages.of_person(visit.services, person_id, after=visit.after, limit=A_PAGE),
        places.of_person(visit.services, person_id),
    )
    return visit.page(
        "my_messages.html.j2",
        messages=found.items,
        purposes=PURPOSES,
        silences=SILENCES,
        waits=WAITS,
        courses={place.cohort_id: place.cohort_title for place in held},
        pages=visit.pages(found.next),
    )
