"""How the academy knows a person, and the person puts it right."""

import asyncio

from fastapi import APIRouter, Response

from services.portal.clients.additions import if_there
from services.portal.clients.api import Edition
from services.portal.clients.enrolment import learners
from services.portal.clients.enrolment.learners import Learner
from services.portal.clients.notifications import contacts
from services.portal.frame.forms import Form
from services.portal.pages.learner_form import LABELS, asking, read, typed, words_of
from services.portal.pages.participant.own import PersonId
from services.portal.pages.sending import Done, Sent, act, see_other, theirs
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/my/details")
async def shown(visit: Somebody, person_id: PersonId, did: Done) -> Response:
    """In words; whether an address waits to be confirmed is only an addition."""
    learner, contact, words = await asyncio.gather(
        learners.one(visit.services, person_id), if_there(contacts.one(visit.services, person_id)), words_of(visit)
    )
    return visit.page("my_details.html.j2", learner=learner, contact=contact, labels=LABELS, words=words, done=did)


@router.get("/my/details/edit")
async def ask(visit: Somebody, person_id: PersonId) -> Response:
    """As it is now."""
    found = await learners.edition(visit.services, person_id)
    return await _asked(visit, found, Form.showing(**typed(found.record), etag=found.etag))


@router.post("/my/details/edit")
async def edit(visit: Somebody, person_id: PersonId, form: Sent) -> Response:
    """Change it; where somebody else did in the meantime, both are shown."""
    told = read(form, whose="your")
    if await act(form, lambda: learners.edit(visit.services, person_id, told, etag=form.value("etag"))):
        return see_other("/my/details", "details-saved")
    return await _asked(visit, await learners.edition(visit.services, person_id), form)


async def _asked(visit: Visit, found: Edition[Learner], form: Form) -> Response:
    return await asking(visit, "my_details_edit.html.j2", form, theirs=theirs(form, found, typed))
