"""Courses that let in: found by topic, month and level, looked at, and joined."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.api import MOST
from services.portal.clients.enrolment import cohorts, enrolments, places, programmes, sessions
from services.portal.clients.enrolment.places import Place
from services.portal.frame.forms import Form
from services.portal.frame.navigation import LEARNERS
from services.portal.pages.participant.months import months_from
from services.portal.pages.participant.own import PersonId
from services.portal.pages.participant.refusals import REFUSALS
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 24
FILTERS = ("programme", "month", "level")


@router.get("/courses")
async def find(visit: Somebody) -> Response:
    """Only those that let somebody in who asks now."""
    chosen = visit.asked(*FILTERS)
    found, offered, levels, now, own = await asyncio.gather(
        cohorts.page(visit.services, **chosen, open="true", count="true", after=visit.after, limit=A_PAGE),
        programmes.page(visit.services, limit=MOST),
        visit.choices("levels"),
        clock.now(visit.services),
        _own(visit),
    )
    topics = [(one.programme_code, one.title) for one in offered.items if one.retired_at is None]
    return visit.page(
        "courses.html.j2",
        found=found,
        own=own,
        programmes={one.programme_code: one for one in offered.items},
        filters=Form.showing(**chosen),
        filtered=bool(chosen),
        topics=[("", "Any topic"), *sorted(topics, key=lambda topic: topic[1])],
        months=[("", "Any month"), *months_from(now)],
        levels=[("", "Any level"), *levels],
        pages=visit.pages(found.next),
    )


@router.get("/courses/{cohort_id}")
async def one(visit: Somebody, cohort_id: UUID) -> Response:
    """Its dates, and what there is to do about it."""
    return await _shown(visit, cohort_id, Form())


@router.post("/courses/{cohort_id}/place")
async def take_place(visit: Somebody, person_id: PersonId, cohort_id: UUID, form: Sent) -> Response:
    """For oneself."""
    taken = await act(
        form, lambda: enrolments.enrol(visit.services, cohort_id, person_id, key=form.key), words=REFUSALS
    )
    if taken:
        return see_other(f"/my/dates/{taken.enrolment_id}", "place-taken")
    return await _shown(visit, cohort_id, form)


@router.post("/courses/{cohort_id}/wait")
async def join_waiting_list(visit: Somebody, person_id: PersonId, cohort_id: UUID, form: Sent) -> Response:
    """For oneself."""
    joined = await act(
        form, lambda: enrolments.wait(visit.services, cohort_id, person_id, key=form.key), words=REFUSALS
    )
    if joined:
        return see_other(f"/my/dates/{joined.enrolment_id}", "wait-joined")
    return await _shown(visit, cohort_id, form)


async def _shown(visit: Visit, cohort_id: UUID, form: Form) -> Response:
    course, dates, own = await asyncio.gather(
        cohorts.one(visit.services, cohort_id), sessions.of_cohort(visit.services, cohort_id), _own(visit)
    )
    programme = (await programmes.one(visit.services, course.programme_code)).record
    levels = await visit.words("levels")
    return visit.page(
        "course.html.j2",
        form=form,
        course=course,
        sessions=dates,
        programme=programme,
        levels=levels,
        own=own.get(cohort_id),
        learner=visit.is_of(LEARNERS),
    )


async def _own(visit: Visit) -> Mapping[UUID, Place]:
    """What somebody has, or waits for, by its cohort: nothing, where they take no courses and only look."""
    if visit.caller is None or visit.caller.person_id is None or not visit.is_of(LEARNERS):
        return {}
    held = await places.of_person(visit.services, visit.caller.person_id)
    return {place.cohort_id: place for place in held if not place.withdrawn_at}
