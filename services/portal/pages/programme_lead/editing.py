"""Changing a cohort; where somebody else did in the meantime, both are shown."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import cohorts
from services.portal.frame.forms import Form
from services.portal.pages.programme_lead.cohort_form import NAMES, read, typed
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody

router = APIRouter()


@router.get("/cohorts/{cohort_id}/edit")
async def ask(visit: Somebody, cohort_id: UUID) -> Response:
    """As it is now."""
    found = await cohorts.edition(visit.services, cohort_id)
    form = Form.showing(**typed(found.record), etag=found.etag)
    return visit.page("cohort_edit.html.j2", cohort=found.record, form=form, theirs=None)


@router.post("/cohorts/{cohort_id}/edit")
async def edit(visit: Somebody, cohort_id: UUID, form: Sent) -> Response:
    """Change it; what the form does not ask for stays."""
    told = {**read(form), "licences": _number(form.value("licences"))}
    if await act(form, lambda: cohorts.edit(visit.services, cohort_id, told, etag=form.value("etag")), NAMES):
        return see_other(f"/cohorts/{cohort_id}", "cohort-edited")
    found = await cohorts.edition(visit.services, cohort_id)
    theirs = typed(found.record) if form.stale else None
    if form.stale:
        form.keep("etag", found.etag)
    return visit.page("cohort_edit.html.j2", cohort=found.record, form=form, theirs=theirs)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() else None
