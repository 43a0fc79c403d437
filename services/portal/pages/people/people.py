"""Finding somebody, and what is known of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import MOST, Page, Refused, ServiceAway
from services.portal.clients.enrolment import learners, places
from services.portal.clients.enrolment.learners import Found
from services.portal.clients.notifications import messages
from services.portal.clients.notifications.messages import Message
from services.portal.frame.forms import Form
from services.portal.frame.navigation import MAIL_READERS, PROGRAMME_LEADS
from services.portal.pages.learner_form import LABELS, words_of
from services.portal.pages.sending import Done, act
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 50
NOT_YOURS = (
    "What was sent to a person is not for you to see. Who got which mail of a cohort is under Mails of each place."
)
AWAY = "What was sent to them cannot be looked up at the moment. Nothing of it is lost."


@dataclass(frozen=True, slots=True)
class Mails:
    """What was sent to somebody and what each is about, or why it is not shown."""

    messages: Sequence[Message] = ()
    purposes: Mapping[str, str] = field(default_factory=dict[str, str])
    unseen: str | None = None


@router.get("/people")
async def index(visit: Somebody) -> Response:
    """Whoever is like what stands in the address; before anything does, the question alone."""
    visit.needs(PROGRAMME_LEADS)
    asked = visit.asked("name", "email", "organisation")
    form = Form.showing(**dict.fromkeys(("name", "email", "organisation"), "") | asked)
    found, organisations, choices = await asyncio.gather(
        _found(visit, form, asked), visit.words("organisations"), visit.choices("organisations")
    )
    return visit.page(
        "people.html.j2",
        form=form,
        found=found,
        organisations=organisations,
        choices=[("", "All organisations"), *choices],
        pages=visit.pages(found.next if found else None),
    )


@router.get("/people/{person_id}")
async def one(visit: Somebody, person_id: UUID, did: Done) -> Response:
    """Their record, their places and waits; what was sent to them is only an addition."""
    learner, held, mails, words = await asyncio.gather(
        learners.one(visit.services, person_id),
        places.of_person(visit.services, person_id),
        mails_to(visit, person_id),
        words_of(visit),
    )
    return visit.page(
        "person.html.j2",
        learner=learner,
        labels=LABELS,
        words=words,
        places=held,
        mails=mails,
        edits=visit.is_of(PROGRAMME_LEADS),
        reads_mails=visit.is_of(MAIL_READERS),
        done=did,
    )


async def _found(visit: Visit, form: Form, asked: dict[str, str]) -> Page[Found] | None:
    if not asked:
        return None
    return await act(
        form, lambda: learners.page(visit.services, **asked, after=visit.after, limit=A_PAGE, count="true")
    )


async def mails_to(visit: Visit, person_id: UUID) -> Mails:
    """Whatever of it can be shown."""
    try:
        found = await messages.of_person(visit.services, person_id, limit=MOST)
        return Mails(found.items, await visit.words("message-purposes", of="notifications"))
    except Refused:
        return Mails(unseen=NOT_YOURS)
    except ServiceAway:
        return Mails(unseen=AWAY)
