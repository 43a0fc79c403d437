"""A programme is retired, and offered again."""

from fastapi import APIRouter, Response

from services.portal.clients.api import Edition
from services.portal.clients.enrolment import programmes
from services.portal.clients.enrolment.programmes import Programme
from services.portal.frame.forms import Form
from services.portal.frame.navigation import LEADS
from services.portal.pages.possible import must_be_possible
from services.portal.pages.programmes.programme_form import read, typed
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/programmes/{code}/retire")
async def ask_to_retire(visit: Somebody, code: str) -> Response:
    """What follows from it."""
    return await _possible(visit, "programme_retire.html.j2", code, "retire")


@router.post("/programmes/{code}/retire")
async def retire(visit: Somebody, code: str, form: Sent) -> Response:
    """Offer it no more."""
    if await act(form, lambda: programmes.retire(visit.services, code, key=form.key)):
        return see_other(f"/programmes/{code}", "programme-retired")
    return _asking(visit, "programme_retire.html.j2", await programmes.one(visit.services, code), form)


@router.get("/programmes/{code}/offer")
async def ask_to_offer(visit: Somebody, code: str) -> Response:
    """What follows from it."""
    return await _possible(visit, "programme_offer.html.j2", code, "offer")


@router.post("/programmes/{code}/offer")
async def offer(visit: Somebody, code: str, form: Sent) -> Response:
    """Put it as it stands, which offers it again."""
    found = await programmes.one(visit.services, code)
    told = read(Form.showing(**typed(found.record)))
    if await act(form, lambda: programmes.put(visit.services, code, told, etag=found.etag)):
        return see_other(f"/programmes/{code}", "programme-added")
    return _asking(visit, "programme_offer.html.j2", found, form)


async def _possible(visit: Visit, template: str, code: str, action: str) -> Response:
    visit.needs(LEADS)
    found = await programmes.one(visit.services, code)
    must_be_possible(found.record, action)
    return _asking(visit, template, found, Form())


def _asking(visit: Visit, template: str, found: Edition[Programme], form: Form) -> Response:
    return visit.page(template, programme=found.record, form=form)
