"""Adding somebody; whoever is known under their e-mail is shown first, for people to compare."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Refused
from services.portal.clients.enrolment import learners
from services.portal.clients.enrolment.learners import Found, Learner
from services.portal.frame.forms import Form
from services.portal.frame.navigation import PROGRAMME_LEADS
from services.portal.pages.learner_form import asking, read
from services.portal.pages.sending import Sent, act, see_other, sent_before
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

KNOWN = "Somebody is known under this e-mail address"
_KNOWN = frozenset({"learner_exists", "learner_may_exist"})


@router.get("/people/new")
async def ask(visit: Somebody) -> Response:
    """An empty record."""
    visit.needs(PROGRAMME_LEADS)
    return await _asked(visit, Form())


@router.post("/people/new")
async def add(visit: Somebody, form: Sent) -> Response:
    """Add them; who shares an address with somebody else, only once that was said."""
    told = read(form, whose="their")
    learner = await act(form, lambda: _added(visit, form, told))
    if learner:
        return see_other(f"/people/{learner.person_id}", "person-added")
    if form.stale:
        sent_before(form)
    return await _asked(visit, form)


async def _added(visit: Visit, form: Form, told: Mapping[str, Any]) -> Learner | None:
    if form.value("is") == "another":
        return await learners.add(visit.services, UUID(form.key), told)
    try:
        return await learners.register(visit.services, told, key=form.key)
    except Refused as refused:
        if refused.problem.code not in _KNOWN:
            raise
        form.fault("email", KNOWN)
        return None


async def _asked(visit: Visit, form: Form) -> Response:
    return await asking(visit, "person_new.html.j2", form, known=await _known(visit, form))


async def _known(visit: Visit, form: Form) -> list[Found]:
    if form.faults.get("email") != KNOWN:
        return []
    return (await learners.page(visit.services, email=form.value("email").strip())).items
