"""People found by name, address or organisation; and one of them with their places and mails."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Page, Refused, ServiceAway
from services.portal.clients.enrolment import learners, places
from services.portal.clients.enrolment.learners import Found
from services.portal.clients.notifications import messages
from services.portal.clients.notifications.messages import Message
from services.portal.frame.forms import Form
from services.portal.pages import learner_record
from services.portal.pages.purposes import PURPOSES
from services.portal.pages.sending import Done
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 25
LATEST = 100


@router.get("/people")
async def index(visit: Somebody) -> Response:
    """Whoever is looked for; nobody, until somebody is."""
    asked = visit.asked("name", "email", "organisation")
    found, organisations, offered = await asyncio.gather(
        _found(visit, asked),
        visit.words("organisations"),
        visit.choices("organisations"),
    )
    return visit.page(
        "people.html.j2",
        found=found,
        filters=Form.showing(**asked),
        filtered=bool(asked),
        organisations=organisations,
        choices=[("", "Any organisation"), *offered],
        pages=visit.pages(found.next),
    )


async def _found(visit: Visit, asked: Mapping[str, str]) -> Page[Found]:
    if not asked:
        return Page(items=[])
    return await learners.page(visit.services, **asked, after=visit.after, limit=A_PAGE, count="true")


@router.get("/people/{person_id}")
async def one(visit: Somebody, person_id: UUID, did: Done) -> Response:
    """What is known, what they are in, what was sent to them; mails are only an addition."""
    learner, held, sent, words = await asyncio.gather(
        learners.one(visit.services, person_id),
        places.of_person(visit.services, person_id),
        _sent(visit, person_id),
        learner_record.words(visit),
    )
    return visit.page(
        "person.html.j2",
        learner=learner,
        shown=learner_record.shown(learner, words),
        places=held,
        messages=sent,
        purposes=PURPOSES,
        done=did,
    )


async def _sent(visit: Visit, person_id: UUID) -> list[Message] | None:
    """None where it cannot be told, or not to the caller."""
    with suppress(ServiceAway, Refused):
        return (await messages.of_person(visit.services, person_id, limit=LATEST)).items
    return None
