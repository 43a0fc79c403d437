"""Cohorts: all of them as cards, and each at a glance."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import cohorts, enrolments, programmes, sessions
from services.portal.frame.forms import Form
from services.portal.pages.changes import entries
from services.portal.pages.programme_lead.place_list import PlaceList
from services.portal.pages.sending import Done, Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 24
MOST = 100
STATES = ("announced", "open", "closed", "running", "over", "cancelled")


@router.get("/cohorts")
async def index(visit: Somebody) -> Response:
    """What is chosen stands in the address."""
    asked = visit.asked("programme", "state", "system", "month")
    found, offered, systems = await asyncio.gather(
        cohorts.page(visit.services, **asked, after=visit.after, limit=A_PAGE, count="true"),
        programmes.page(visit.services, limit=MOST),
        visit.choices("systems"),
    )
    return visit.page(
        "cohorts.html.j2",
        cohorts=found,
        filtered=bool(asked),
        filters=Form.showing(**asked),
        programmes=[("", "All programmes"), *((p.programme_code, p.title) for p in offered.items)],
        states=[("", "Any state"), *((state, state.capitalize()) for state in STATES)],
        systems=[("", "All systems"), *systems],
        pages=visit.pages(found.next),
    )


@router.get("/cohorts/{cohort_id}")
async def one(visit: Somebody, cohort_id: UUID, did: Done) -> Response:
    """Its dates, who holds a place, who waits and in which order, who gave theirs up."""
    cohort, dates, places, organisations = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        sessions.of_cohort(visit.services, cohort_id),
        enrolments.of_cohort(visit.services, cohort_id, limit=MOST),
        visit.words("organisations"),
    )
    return visit.page(
        "cohort.html.j2",
        cohort=cohort,
        sessions=dates,
        places=PlaceList.of(places.items),
        more=places.next,
        organisations=organisations,
        done=did,
    )


@router.get("/cohorts/{cohort_id}/history")
async def history(visit: Somebody, cohort_id: UUID) -> Response:
    """What was changed, and when."""
    cohort, changes = await asyncio.gather(
        cohorts.one(visit.services, cohort_id), cohorts.history(visit.services, cohort_id, after=visit.after)
    )
    return visit.page(
        "cohort_history.html.j2", cohort=cohort, entries=entries(changes.items), pages=visit.pages(changes.next)
    )


@router.get("/cohorts/{cohort_id}/cancel")
async def ask_to_cancel(visit: Somebody, cohort_id: UUID) -> Response:
    """What follows from it, before it is done."""
    return await _cancelling(visit, cohort_id, Form())


@router.post("/cohorts/{cohort_id}/cancel")
async def cancel(visit: Somebody, cohort_id: UUID, form: Sent) -> Response:
    """Call it off."""
    reason = form.required("reason", "Choose why it is cancelled")
    if await act(form, lambda: cohorts.cancel(visit.services, cohort_id, reason, key=form.key)):
        return see_other(f"/cohorts/{cohort_id}", "cohort-cancelled")
    return await _cancelling(visit, cohort_id, form)


async def _cancelling(visit: Visit, cohort_id: UUID, form: Form) -> Response:
    cohort, reasons = await asyncio.gather(
        cohorts.one(visit.services, cohort_id), visit.choices("cancellation-reasons")
    )
    return visit.page("cohort_cancel.html.j2", cohort=cohort, reasons=reasons, form=form)
