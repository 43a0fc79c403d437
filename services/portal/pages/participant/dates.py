"""A person's own places and waits: what is to come, how to join it, and how to leave it."""

import asyncio
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from services.portal.clients import clock
from services.portal.clients.enrolment import enrolments, links, places, sessions
from services.portal.frame.forms import Form
from services.portal.pages.participant.own import LATEST, PersonId, is_to_come, place_of, with_dates
from services.portal.pages.sending import Done, Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/my/dates")
async def index(visit: Somebody, person_id: PersonId, did: Done) -> Response:
    """What is to come, the next first; what is past, the last first."""
    held, now = await asyncio.gather(places.of_person(visit.services, person_id), clock.now(visit.services))
    dated = await with_dates(visit.services, held)
    return visit.page(
        "my_dates.html.j2",
        to_come=[one for one in reversed(dated) if one.to_come(now)],
        past=[one for one in dated if not one.to_come(now)],
        older=max(0, len(held) - LATEST),
        is_to_come=partial(is_to_come, now=now),
        done=did,
    )


@router.get("/my/dates/{enrolment_id}")
async def one(visit: Somebody, person_id: PersonId, enrolment_id: UUID, did: Done) -> Response:
    """A place: its dates, and until when it is given up in time."""
    place, now = await asyncio.gather(place_of(visit.services, person_id, enrolment_id), clock.now(visit.services))
    return visit.page(
        "my_place.html.j2",
        place=place,
        sessions=await sessions.of_cohort(visit.services, place.cohort_id),
        is_to_come=partial(is_to_come, now=now),
        done=did,
    )


@router.get("/my/dates/{enrolment_id}/withdraw")
async def ask_to_withdraw(visit: Somebody, person_id: PersonId, enrolment_id: UUID) -> Response:
    """Why, and what follows."""
    return await _withdrawing(visit, person_id, enrolment_id, Form())


@router.post("/my/dates/{enrolment_id}/withdraw")
async def withdraw(visit: Somebody, person_id: PersonId, enrolment_id: UUID, form: Sent) -> Response:
    """Give it up."""
    reason = form.required("reason", "Choose why you cannot come")
    left = await act(form, lambda: enrolments.withdraw(visit.services, enrolment_id, reason, key=form.key))
    if left:
        return see_other(f"/my/dates/{enrolment_id}", "place-given-up" if left.enrolled_at else "wait-given-up")
    return await _withdrawing(visit, person_id, enrolment_id, form)


async def _withdrawing(visit: Visit, person_id: UUID, enrolment_id: UUID, form: Form) -> Response:
    place, reasons, now = await asyncio.gather(
        place_of(visit.services, person_id, enrolment_id),
        visit.choices("withdrawal-reasons"),
        clock.now(visit.services),
    )
    return visit.page("my_withdrawal.html.j2", form=form, place=place, reasons=reasons, late=place.late_at(now))


@router.get("/my/joining/{join_ref}")
async def join(visit: Somebody, join_ref: str) -> Response:
    """Into the room: the link in a page stays right when the room changes."""
    return RedirectResponse(await links.room(visit.services, join_ref), 303)
