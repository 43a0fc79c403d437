"""Somebody is made known, or put right by whoever looks after programmes."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Edition
from services.portal.clients.enrolment import learners
from services.portal.clients.enrolment.learners import Learner
from services.portal.frame.forms import Form
from services.portal.pages import learner_record
from services.portal.pages.learner_record import LABELS, read, typed
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

REQUIRED = {
    "name": "Enter their name",
    "email": "Enter their e-mail address",
    "system": "Choose their integrated care system",
    "organisation": "Choose who they work for",
    "staff_group": "Choose their staff group",
    "profession": "Choose their profession",
    "band": "Choose their pay band",
    "gender": "Choose their gender",
    "ethnic_category": "Choose their ethnic category",
}


@router.get("/people/new")
async def ask_for_another(visit: Somebody) -> Response:
    """An empty form."""
    return await _asked(visit, Form(), "person_new.html.j2")


@router.post("/people/new")
async def add(visit: Somebody, form: Sent) -> Response:
    """Whoever is known already is told of, and nobody is added twice."""
    told = read(form, REQUIRED)
    if added := await act(form, lambda: learners.add(visit.services, told, key=form.key)):
        return see_other(f"/people/{added.person_id}", "person-added")
    return await _asked(visit, form, "person_new.html.j2")


@router.get("/people/{person_id}/edit")
async def ask_to_edit(visit: Somebody, person_id: UUID) -> Response:
    """As it is now."""
    found = await learners.edition(visit.services, person_id)
    return await _editing(visit, person_id, Form.showing(**typed(found.record), etag=found.etag), None)


@router.post("/people/{person_id}/edit")
async def edit(visit: Somebody, person_id: UUID, form: Sent) -> Response:
    """Change it; where somebody else did in the meantime, both are shown."""
    told = read(form, REQUIRED)
    if await act(form, lambda: learners.edit(visit.services, person_id, told, etag=form.value("etag"))):
        return see_other(f"/people/{person_id}", "person-saved")
    found = await learners.edition(visit.services, person_id) if form.stale else None
    if found:
        form.keep("etag", found.etag)
    return await _editing(visit, person_id, form, found)


async def _editing(visit: Visit, person_id: UUID, form: Form, found: Edition[Learner] | None) -> Response:
    theirs = typed(found.record) if found else None
    return await _asked(visit, form, "person_edit.html.j2", person_id=person_id, theirs=theirs)


async def _asked(visit: Visit, form: Form, template: str, **values: object) -> Response:
    words = await learner_record.words(visit)
    choices = await learner_record.choices(visit, form, words)
    return visit.page(template, form=form, choices=choices, labels=LABELS, words=words, **values)
