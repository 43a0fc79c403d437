"""How the academy knows a person, and the person puts it right."""

import asyncio
from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Edition, Refused, ServiceAway
from services.portal.clients.enrolment import learners
from services.portal.clients.enrolment.learners import Learner
from services.portal.clients.notifications import contacts
from services.portal.clients.notifications.contacts import Contact
from services.portal.frame.forms import Form
from services.portal.pages.learner_form import LABELS, choices_of, read, typed, words_of
from services.portal.pages.participant.own import PersonId
from services.portal.pages.sending import Done, Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/my/details")
async def shown(visit: Somebody, person_id: PersonId, did: Done) -> Response:
    """In words; whether an address waits to be confirmed is only an addition."""
    learner, contact, words = await asyncio.gather(
        learners.one(visit.services, person_id), _contact(visit, person_id), words_of(visit)
    )
    return visit.page("my_details.html.j2", learner=learner, contact=contact, labels=LABELS, words=words, done=did)


@router.get("/my/details/edit")
async def ask(visit: Somebody, person_id: PersonId) -> Response:
    """As it is now."""
    found = await learners.edition(visit.services, person_id)
    return await _asked(visit, Form.showing(**typed(found.record), etag=found.etag), None)


@router.post("/my/details/edit")
async def edit(visit: Somebody, person_id: PersonId, form: Sent) -> Response:
    """Change it; where somebody else did in the meantime, both are shown."""
    told = read(form, whose="your")
    if await act(form, lambda: learners.edit(visit.services, person_id, told, etag=form.value("etag"))):
        return see_other("/my/details", "details-saved")
    found = await learners.edition(visit.services, person_id) if form.stale else None
    if found:
        form.keep("etag", found.etag)
    return await _asked(visit, form, found)


async def _asked(visit: Visit, form: Form, found: Edition[Learner] | None) -> Response:
    return visit.page(
        "my_details_edit.html.j2",
        form=form,
        theirs=typed(found.record) if found else None,
        labels=LABELS,
        choices=await choices_of(visit, form),
        words=await words_of(visit),
    )


async def _contact(visit: Visit, person_id: UUID) -> Contact | None:
    with suppress(ServiceAway, Refused):
        return await contacts.one(visit.services, person_id)
    return None
