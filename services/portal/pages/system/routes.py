"""Cohorts with people of the own system, and those people in each."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.api import MOST
from services.portal.clients.enrolment import cohorts, enrolments
from services.portal.frame.forms import Form
from services.portal.frame.states import choices
from services.portal.pages.listed import listed
from services.portal.pages.standing import standing
from services.portal.pages.system.counts import by_organisation
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 50
FILTERS = ("system", "state", "month")


@router.get("/system/people")
async def index(visit: Somebody) -> Response:
    """Of one system at a time: the first of one's own, unless another is chosen."""
    form = Form.showing(**{"system": await _first(visit), **visit.asked(*FILTERS)})
    found, systems, now = await asyncio.gather(
        listed(visit, form, cohorts.page, order="newest", limit=A_PAGE),
        visit.words("systems"),
        clock.now(visit.services),
    )
    return visit.page(
        "system_people.html.j2",
        found=found,
        standings={cohort.cohort_id: standing(cohort, now) for cohort in found.items},
        form=form,
        filtered=len(visit.asked("state", "month")) > 0,
        systems=[(code, systems.get(code, code)) for code in _own(visit, systems)],
        system=systems.get(form.value("system"), form.value("system")),
        states=choices("cohort", "Any state"),
        pages=visit.pages(found.next),
    )


@router.get("/system/people/{cohort_id}")
async def one(visit: Somebody, cohort_id: UUID) -> Response:
    """Their places, waits, and what they gave up; how many of each organisation."""
    cohort, people, organisations = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        enrolments.of_cohort(visit.services, cohort_id, after=visit.after, limit=MOST),
        visit.words("organisations"),
    )
    return visit.page(
        "system_cohort.html.j2",
        cohort=cohort,
        people=people.items,
        organisations=organisations,
        counts=by_organisation(people.items),
        pages=visit.pages(people.next),
    )


async def _first(visit: Visit) -> str:
    own = _own(visit, await visit.words("systems"))
    return own[0] if own else ""


def _own(visit: Visit, known: Mapping[str, str]) -> list[str]:
    """Those of the sign-in; whoever has none there may see all, if a service lets them."""
    own = visit.caller.systems if visit.caller else frozenset[str]()
    return sorted(own or known)
