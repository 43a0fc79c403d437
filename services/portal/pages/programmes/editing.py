"""A programme is added, changed, retired, and offered again."""

from urllib.parse import quote

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import programmes
from services.portal.frame.forms import Form
from services.portal.pages.programmes.programme_form import ATTEND, LATE_ENTRY, LEVELS, read, typed
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/programmes/new")
async def ask_for_another(visit: Somebody) -> Response:
    """Nothing is chosen but what is usual."""
    return _asked(visit, Form.showing(attend="all", late_entry="none", provider="Midlands leadership academy"))


@router.post("/programmes/new")
async def add(visit: Somebody, form: Sent) -> Response:
    """Add it under a code that no other has."""
    code, told = form.required("code", "Enter a code, like CLS9"), read(form)
    if await act(form, lambda: programmes.put(visit.services, code, told, etag=None)):
        return see_other(f"/programmes/{quote(code, safe='')}", "programme-added")
    if form.stale:
        form.others.clear()
        form.fault("code", "There is a programme of that code already")
    return _asked(visit, form)


def _asked(visit: Visit, form: Form) -> Response:
    return visit.page("programme_new.html.j2", form=form, levels=LEVELS, attend=ATTEND, late_entry=LATE_ENTRY)


@router.get("/programmes/{code}/edit")
async def ask_to_edit(visit: Somebody, code: str) -> Response:
    """As it is now."""
    found = await programmes.one(visit.services, code)
    return _editing(visit, code, Form.showing(**typed(found.record), etag=found.etag), None)


@router.post("/programmes/{code}/edit")
async def edit(visit: Somebody, code: str, form: Sent) -> Response:
    """Change it; one that is retired is offered again by that."""
    told, etag = read(form), form.value("etag")
    if await act(form, lambda: programmes.put(visit.services, code, told, etag=etag)):
        return see_other(f"/programmes/{code}", "programme-saved")
    theirs = None
    if form.stale:
        found = await programmes.one(visit.services, code)
        form.keep("etag", found.etag)
        theirs = typed(found.record)
    return _editing(visit, code, form, theirs)


def _editing(visit: Visit, code: str, form: Form, theirs: dict[str, str | list[str]] | None) -> Response:
    choices = {"levels": LEVELS, "attend": ATTEND, "late_entry": LATE_ENTRY}
    return visit.page("programme_edit.html.j2", form=form, programme_code=code, theirs=theirs, **choices)


@router.get("/programmes/{code}/retire")
async def ask_to_retire(visit: Somebody, code: str) -> Response:
    """What follows from it."""
    found = await programmes.one(visit.services, code)
    return visit.page("programme_retire.html.j2", programme=found.record, form=Form())


@router.post("/programmes/{code}/retire")
async def retire(visit: Somebody, code: str, form: Sent) -> Response:
    """Offer it no more."""
    if await act(form, lambda: programmes.retire(visit.services, code, key=form.key)):
        return see_other(f"/programmes/{code}", "programme-retired")
    found = await programmes.one(visit.services, code)
    return visit.page("programme_retire.html.j2", programme=found.record, form=form)
