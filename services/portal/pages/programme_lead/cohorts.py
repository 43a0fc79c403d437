"""Cohorts: all of them as cards, and each at a glance."""

import asyncio
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.api import MOST, Refused
from services.portal.clients.enrolment import cohorts, enrolments, programmes, sessions
from services.portal.clients.enrolment.cohorts import Cohort
from services.portal.frame.forms import Form
from services.portal.frame.navigation import LEADS, MAIL_READERS, PROGRAMME_LEADS
from services.portal.frame.states import choices
from services.portal.pages.changes import entries
from services.portal.pages.listed import listed
from services.portal.pages.possible import must_be_possible
from services.portal.pages.programme_lead.place_list import PlaceList
from services.portal.pages.sending import Done, Sent, act, see_other
from services.portal.pages.standing import standing
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 24


@router.get("/cohorts")
async def index(visit: Somebody) -> Response:
    """What is chosen stands in the address."""
    form = Form.showing(**visit.asked("programme", "state", "system", "month"))
    found, offered, systems, now = await asyncio.gather(
        listed(visit, form, cohorts.page, order="newest", limit=A_PAGE),
        programmes.page(visit.services, limit=MOST),
        visit.choices("systems"),
        clock.now(visit.services),
    )
    return visit.page(
        "cohorts.html.j2",
        cohorts=found,
        standings={cohort.cohort_id: standing(cohort, now) for cohort in found.items},
        filtered=bool(form.typed),
        plans=visit.is_of(LEADS),
        form=form,
        programmes=[("", "All programmes"), *((p.programme_code, p.title) for p in offered.items)],
        states=choices("cohort", "Any state"),
        systems=[("", "All systems"), *systems],
        pages=visit.pages(found.next),
    )


@router.get("/cohorts/{cohort_id}")
async def one(visit: Somebody, cohort_id: UUID, did: Done) -> Response:
    """Its dates and, for whom it is told, who holds a place, who waits and in which order, who gave theirs up."""
    cohort, dates, places, organisations, now = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        sessions.of_cohort(visit.services, cohort_id),
        _places(visit, cohort_id),
        visit.words("organisations"),
        clock.now(visit.services),
    )
    shown, further = places or (None, None)
    return visit.page(
        "cohort.html.j2",
        cohort=cohort,
        standing=standing(cohort, now),
        sessions=dates,
        places=shown,
        pages=visit.pages(further),
        for_others=visit.is_of(PROGRAMME_LEADS),
        mails=visit.is_of(MAIL_READERS),
        plans=visit.is_of(LEADS),
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
    visit.needs(LEADS)
    cohort = await cohorts.one(visit.services, cohort_id)
    must_be_possible(cohort, "cancel")
    return await _cancelling(visit, cohort, Form())


@router.post("/cohorts/{cohort_id}/cancel")
async def cancel(visit: Somebody, cohort_id: UUID, form: Sent) -> Response:
    """Call it off."""
    reason = form.required("reason", "Choose why it is cancelled")
    if await act(form, lambda: cohorts.cancel(visit.services, cohort_id, reason, key=form.key)):
        return see_other(f"/cohorts/{cohort_id}", "cohort-cancelled")
    return await _cancelling(visit, await cohorts.one(visit.services, cohort_id), form)


async def _cancelling(visit: Visit, cohort: Cohort, form: Form) -> Response:
    reasons = await visit.choices("cancellation-reasons")
    return visit.page("cohort_cancel.html.j2", cohort=cohort, reasons=reasons, form=form)


async def _places(visit: Visit, cohort_id: UUID) -> tuple[PlaceList, str | None] | None:
    """A part of a long list, with everybody who waits, and where the next begins.

    None where who is in it is not told: a cohort itself is no secret to anyone with a login.
    """
    try:
        found = await enrolments.of_cohort(visit.services, cohort_id, after=visit.after, limit=MOST)
    except Refused as refused:
        if refused.problem.status not in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            raise
        return None
    if found.next is None and visit.after is None:
        return PlaceList.of(found.items), None
    waiting = await enrolments.of_cohort(visit.services, cohort_id, state="waitlisted", limit=MOST)
    return PlaceList.of(found.items, waiting.items), found.next
