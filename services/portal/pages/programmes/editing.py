"""A programme is added and changed."""

import asyncio
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import programmes
from services.portal.frame.forms import Form
from services.portal.pages.programmes.programme_form import ATTEND, NAMES, read, typed
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/programmes/new")
async def ask_for_another(visit: Somebody) -> Response:
    """Nothing is chosen but what is usual."""
    form = Form.showing(attend="all", late_entry="none", provider="Midlands leadership academy")
    return await _asking(visit, "programme_new.html.j2", form)


@router.post("/programmes/new")
async def add(visit: Somebody, form: Sent) -> Response:
    """Add it under a code that no other has."""
    code, told = form.required("code", "Enter a code, like CLS9"), read(form)
    if await act(form, lambda: programmes.put(visit.services, code, told, etag=None), NAMES):
        return see_other(f"/programmes/{quote(code, safe='')}", "programme-added")
    if form.stale:
        form.others.clear()
        form.fault("code", "There is a programme of that code already")
    return await _asking(visit, "programme_new.html.j2", form)


@router.get("/programmes/{code}/edit")
async def ask_to_edit(visit: Somebody, code: str) -> Response:
    """As it is now."""
    found = await programmes.one(visit.services, code)
    form = Form.showing(**typed(found.record), etag=found.etag)
    return await _asking(visit, "programme_edit.html.j2", form, programme_code=code, theirs=None)


@router.post("/programmes/{code}/edit")
async def edit(visit: Somebody, code: str, form: Sent) -> Response:
    """Change it; where somebody else did in the meantime, both are shown."""
    told, etag = read(form), form.value("etag")
    if await act(form, lambda: programmes.put(visit.services, code, told, etag=etag), NAMES):
        return see_other(f"/programmes/{code}", "programme-saved")
    theirs = None
    if form.stale:
        found = await programmes.one(visit.services, code)
        form.keep("etag", found.etag)
        theirs = typed(found.record)
    return await _asking(visit, "programme_edit.html.j2", form, programme_code=code, theirs=theirs)


async def _asking(visit: Visit, template: str, form: Form, **more: Any) -> Response:
    levels, late_entry = await asyncio.gather(visit.choices("levels"), visit.choices("late-entry"))
    return visit.page(template, form=form, levels=levels, attend=ATTEND, late_entry=late_entry, **more)
