"""A person's own places and waits: what is to come, how to join it, and how to leave it."""

import asyncio
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from services.portal.clients import clock
from services.portal.clients.enrolment import cohorts, enrolments, links, own_sessions, places, sessions
from services.portal.clients.notifications import calendars
from services.portal.frame.forms import Form
from services.portal.pages.participant.own import PersonId, began, can_leave, is_to_come, with_dates
from services.portal.pages.participant.refusals import REFUSALS
from services.portal.pages.sending import Done, Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/my/dates")
async def index(visit: Somebody, person_id: PersonId, did: Done) -> Response:
    """What is to come, the next first; what is past, the last first."""
    held, coming = await asyncio.gather(
        places.of_person(visit.services, person_id), own_sessions.to_come(visit.services, person_id)
    )
    dated = with_dates(held, coming)
    return visit.page(
        "my_dates.html.j2",
        to_come=sorted((one for one in dated if one.to_come), key=lambda one: one.next_at),
        past=sorted((one.place for one in dated if not one.to_come), key=began, reverse=True),
        done=did,
    )


@router.get("/my/dates/{enrolment_id}")
async def one(visit: Somebody, person_id: PersonId, enrolment_id: UUID, did: Done) -> Response:
    """A place: its dates, and until when it is given up in time."""
    place, now = await asyncio.gather(places.one(visit.services, person_id, enrolment_id), clock.now(visit.services))
    dates, course = await asyncio.gather(
        sessions.of_cohort(visit.services, place.cohort_id), cohorts.one(visit.services, place.cohort_id)
    )
    return visit.page(
        "my_place.html.j2",
        place=place,
        course=course,
        sessions=dates,
        can_leave=can_leave(place, dates, now),
        late=place.late_at(now),
        is_to_come=partial(is_to_come, now=now),
        for_calendars=place.held and any(is_to_come(one, now) for one in dates),
        done=did,
    )


@router.get("/my/dates/{enrolment_id}/calendar.ics")
async def calendar(visit: Somebody, person_id: PersonId, enrolment_id: UUID) -> Response:
    """The dates to come as a file."""
    place = await places.one(visit.services, person_id, enrolment_id)
    file = await calendars.of_place(visit.services, person_id, place.cohort_id)
    headers = {"Content-Disposition": 'attachment; filename="dates.ics"', "Cache-Control": "no-store"}
    return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/my/dates/{enrolment_id}/withdraw")
async def ask_to_withdraw(visit: Somebody, person_id: PersonId, enrolment_id: UUID) -> Response:
    """Why, and what follows."""
    return await _withdrawing(visit, person_id, enrolment_id, Form())


@router.post("/my/dates/{enrolment_id}/withdraw")
async def withdraw(visit: Somebody, person_id: PersonId, enrolment_id: UUID, form: Sent) -> Response:
    """Give it up."""
    reason = form.required("reason", "Choose why you cannot come")
    left = await act(
        form, lambda: enrolments.withdraw(visit.services, enrolment_id, reason, key=form.key), words=REFUSALS
    )
    if left:
        return see_other(f"/my/dates/{enrolment_id}", "place-given-up" if left.enrolled_at else "wait-given-up")
    return await _withdrawing(visit, person_id, enrolment_id, form)


async def _withdrawing(visit: Visit, person_id: UUID, enrolment_id: UUID, form: Form) -> Response:
    place, reasons, now = await asyncio.gather(
        places.one(visit.services, person_id, enrolment_id),
        visit.choices("withdrawal-reasons"),
        clock.now(visit.services),
    )
    dates = await sessions.of_cohort(visit.services, place.cohort_id)
    return visit.page(
        "my_withdrawal.html.j2",
        form=form,
        place=place,
        can_leave=can_leave(place, dates, now),
        reasons=reasons,
        late=place.late_at(now),
    )


@router.get("/my/joining/{join_ref}")
async def join(visit: Somebody, join_ref: str) -> Response:
    """Into the room: the link in a page stays right when the room changes."""
    return RedirectResponse(await links.room(visit.services, join_ref), 303)
