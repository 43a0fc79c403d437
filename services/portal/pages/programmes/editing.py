"""A programme is added and changed."""

import asyncio
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Response

from services.portal.clients.api import Edition
from services.portal.clients.enrolment import programmes
from services.portal.clients.enrolment.programmes import Programme
from services.portal.frame.forms import Form
from services.portal.frame.navigation import LEADS
from services.portal.pages.possible import must_be_possible
from services.portal.pages.programmes.programme_form import ATTEND, NAMES, code_of, read, typed
from services.portal.pages.sending import Sent, act, see_other, theirs
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/programmes/new")
async def ask_for_another(visit: Somebody) -> Response:
    """Nothing is chosen but what is usual."""
    visit.needs(LEADS)
    form = Form.showing(attend="all", late_entry="none", provider="Midlands leadership academy")
    return await _asking(visit, "programme_new.html.j2", form)


@router.post("/programmes/new")
async def add(visit: Somebody, form: Sent) -> Response:
    """Add it under a code that no other has."""
    code, told = code_of(form), read(form)
    if await act(form, lambda: programmes.put(visit.services, code, told, etag=None), NAMES):
        return see_other(f"/programmes/{quote(code, safe='')}", "programme-added")
    if form.stale:
        form.others.clear()
        form.fault("code", "There is a programme of that code already")
    return await _asking(visit, "programme_new.html.j2", form)


@router.get("/programmes/{code}/edit")
async def ask_to_edit(visit: Somebody, code: str) -> Response:
    """As it is now."""
    visit.needs(LEADS)
    found = await programmes.one(visit.services, code)
    must_be_possible(found.record, "edit")
    return await _editing(visit, code, found, Form.showing(**typed(found.record), etag=found.etag))


@router.post("/programmes/{code}/edit")
async def edit(visit: Somebody, code: str, form: Sent) -> Response:
    """Change it; where somebody else did in the meantime, both are shown."""
    told, etag = read(form), form.value("etag")
    if await act(form, lambda: programmes.put(visit.services, code, told, etag=etag), NAMES):
        return see_other(f"/programmes/{code}", "programme-saved")
    return await _editing(visit, code, await programmes.one(visit.services, code), form)


async def _editing(visit: Visit, code: str, found: Edition[Programme], form: Form) -> Response:
    template, beside = "programme_edit.html.j2", theirs(form, found, typed)
    return await _asking(visit, template, form, programme_code=code, theirs=beside)


async def _asking(visit: Visit, template: str, form: Form, **more: Any) -> Response:
    levels, late_entry = await asyncio.gather(visit.choices("levels"), visit.choices("late-entry"))
    return visit.page(template, form=form, levels=levels, attend=ATTEND, late_entry=late_entry, **more)
