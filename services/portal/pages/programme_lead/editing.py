"""Changing a cohort; where somebody else did in the meantime, both are shown."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Edition
from services.portal.clients.enrolment import cohorts
from services.portal.clients.enrolment.cohorts import Cohort
from services.portal.frame.forms import Form
from services.portal.frame.navigation import LEADS
from services.portal.pages.possible import must_be_possible
from services.portal.pages.programme_lead.cohort_form import NAMES, read, typed
from services.portal.pages.sending import Sent, act, see_other, theirs
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()
_LICENCES = "Licences must be a number"


@router.get("/cohorts/{cohort_id}/edit")
async def ask(visit: Somebody, cohort_id: UUID) -> Response:
    """As it is now."""
    visit.needs(LEADS)
    found = await cohorts.edition(visit.services, cohort_id)
    must_be_possible(found.record, "edit")
    return _asked(visit, found, Form.showing(**typed(found.record), etag=found.etag))


@router.post("/cohorts/{cohort_id}/edit")
async def edit(visit: Somebody, cohort_id: UUID, form: Sent) -> Response:
    """Change it; what the form does not ask for stays."""
    told = {**read(form), "licences": form.number("licences", _LICENCES) if form.value("licences") else None}
    if await act(form, lambda: cohorts.edit(visit.services, cohort_id, told, etag=form.value("etag")), NAMES):
        return see_other(f"/cohorts/{cohort_id}", "cohort-edited")
    return _asked(visit, await cohorts.edition(visit.services, cohort_id), form)


def _asked(visit: Visit, found: Edition[Cohort], form: Form) -> Response:
    return visit.page("cohort_edit.html.j2", cohort=found.record, form=form, theirs=theirs(form, found, typed))
