"""Places of a cohort: who gets one, by whose search, and who gives one up."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Page
from services.portal.clients.enrolment import cohorts, enrolments, learners
from services.portal.clients.enrolment.learners import Found
from services.portal.frame.forms import Form
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/cohorts/{cohort_id}/enrol")
async def search(visit: Somebody, cohort_id: UUID) -> Response:
    """Find somebody by name."""
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
    cohort, found, organisations = await asyncio.gather(
        cohorts.one(visit.services, cohort_id), _found(visit, name), visit.words("organisations")
    )
    return visit.page(
        "enrol.html.j2",
        cohort=cohort,
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
    if await act(form, lambda: enrolments.withdraw(visit.services, enrolment_id, reason, key=form.key)):
        return see_other(f"/cohorts/{cohort_id}", "withdrawn")
    return await _withdrawing(visit, cohort_id, person_id, enrolment_id, form)


async def _withdrawing(visit: Visit, cohort_id: UUID, person_id: UUID, enrolment_id: UUID, form: Form) -> Response:
    cohort, learner, reasons = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        learners.one(visit.services, person_id),
        visit.choices("withdrawal-reasons"),
    )
    return visit.page(
        "withdraw.html.j2", enrolment_id=enrolment_id, cohort=cohort, learner=learner, reasons=reasons, form=form
    )
