"""Changing somebody's record; where somebody else did in the meantime, both are shown."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Edition
from services.portal.clients.enrolment import learners
from services.portal.clients.enrolment.learners import Learner
from services.portal.frame.forms import Form
from services.portal.frame.navigation import PROGRAMME_LEADS
from services.portal.pages.learner_form import asking, read, typed
from services.portal.pages.sending import Sent, act, see_other, theirs
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/people/{person_id}/edit")
async def ask(visit: Somebody, person_id: UUID) -> Response:
    """As it is now."""
    visit.needs(PROGRAMME_LEADS)
    found = await learners.edition(visit.services, person_id)
    return await _asked(visit, found, Form.showing(**typed(found.record), etag=found.etag))


@router.post("/people/{person_id}/edit")
async def edit(visit: Somebody, person_id: UUID, form: Sent) -> Response:
    """Change it."""
    told = read(form, whose="their")
    if await act(form, lambda: learners.edit(visit.services, person_id, told, etag=form.value("etag"))):
        return see_other(f"/people/{person_id}", "person-edited")
    return await _asked(visit, await learners.edition(visit.services, person_id), form)


async def _asked(visit: Visit, found: Edition[Learner], form: Form) -> Response:
    beside = theirs(form, found, typed)
    return await asking(visit, "person_edit.html.j2", form, learner=found.record, theirs=beside)
