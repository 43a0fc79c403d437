"""Places of a cohort: who gets one, by whose search, and who gives one up."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.api import Page
from services.portal.clients.enrolment import cohorts, enrolments, learners, places
from services.portal.clients.enrolment.learners import Found
from services.portal.clients.enrolment.places import PlaceNotFound
from services.portal.frame.forms import Form
from services.portal.frame.navigation import PROGRAMME_LEADS
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.standing import standing
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/cohorts/{cohort_id}/enrol")
async def search(visit: Somebody, cohort_id: UUID) -> Response:
    """Find somebody by name."""
    visit.needs(PROGRAMME_LEADS)
    return await _searching(visit, cohort_id, Form(), visit.asked("name").get("name", ""))


@router.post("/cohorts/{cohort_id}/people/{person_id}/enrol")
async def enrol(
    visit: Somebody,
    cohort_id: UUID,
    person_id: UUID,
    form: Sent,
) -> Response:
    """A place; where none is free, one on the waiting list."""
    waits = form.value("what") == "wait"
    give = enrolments.wait if waits else enrolments.enrol
    if await act(form, lambda: give(visit.services, cohort_id, person_id, key=form.key)):
        return see_other(f"/cohorts/{cohort_id}", "waiting" if waits else "enrolled")
    return await _searching(visit, cohort_id, form, form.value("name"))


async def _searching(visit: Visit, cohort_id: UUID, form: Form, name: str) -> Response:
    cohort, found, organisations, now = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        _found(visit, name),
        visit.words("organisations"),
        clock.now(visit.services),
    )
    return visit.page(
        "enrol.html.j2",
        cohort=cohort,
        standing=standing(cohort, now),
        name=name,
        found=found,
        organisations=organisations,
        form=form,
        pages=visit.pages(found.next),
    )


async def _found(visit: Visit, name: str) -> Page[Found]:
    return await learners.page(visit.services, name=name, after=visit.after, limit=20) if name else Page(items=[])


@router.get("/cohorts/{cohort_id}/people/{person_id}/enrolments/{enrolment_id}/withdraw")
async def ask_to_withdraw(visit: Somebody, cohort_id: UUID, person_id: UUID, enrolment_id: UUID) -> Response:
    """Why, and what follows."""
    visit.needs(PROGRAMME_LEADS)
    return await _withdrawing(visit, cohort_id, person_id, enrolment_id, Form())


@router.post("/cohorts/{cohort_id}/people/{person_id}/enrolments/{enrolment_id}/withdraw")
async def withdraw(
    visit: Somebody,
    cohort_id: UUID,
    person_id: UUID,
    enrolment_id: UUID,
    form: Sent,
) -> Response:
    """Give a place up on somebody's behalf."""
    reason = form.required("reason", "Choose why the place is given up")
    left = await act(form, lambda: enrolments.withdraw(visit.services, enrolment_id, reason, key=form.key))
    if left:
        return see_other(f"/cohorts/{cohort_id}", "withdrawn" if left.enrolled_at else "off-the-list")
    return await _withdrawing(visit, cohort_id, person_id, enrolment_id, form)


async def _withdrawing(visit: Visit, cohort_id: UUID, person_id: UUID, enrolment_id: UUID, form: Form) -> Response:
    """The address is of one place: what the page says of whom and of what is what its button does."""
    cohort, learner, place, reasons = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        learners.one(visit.services, person_id),
        places.one(visit.services, person_id, enrolment_id),
        visit.choices("withdrawal-reasons"),
    )
    if place.cohort_id != cohort_id:
        raise PlaceNotFound("this person has no such place in this cohort")
    return visit.page("withdraw.html.j2", place=place, cohort=cohort, learner=learner, reasons=reasons, form=form)
