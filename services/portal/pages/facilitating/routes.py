"""The cohorts one runs, and the sessions of each."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import MOST
from services.portal.clients.enrolment import cohorts, programmes, sessions
from services.portal.frame.forms import Form
from services.portal.pages.listed import listed
from services.portal.pages.visit import Somebody

router = APIRouter()

A_PAGE = 24
FILTERS = ("programme", "month", "state")
STATES = (("running", "Running"), ("open", "Open for applications"), ("closed", "About to begin"), ("over", "Over"))


@router.get("/facilitating")
async def index(visit: Somebody) -> Response:
    """Those of one's own programmes."""
    form = Form.showing(**visit.asked(*FILTERS))
    found, offered = await asyncio.gather(
        listed(visit, form, cohorts.page, own="true", order="newest", limit=A_PAGE),
        programmes.page(visit.services, limit=MOST),
    )
    own = [one for one in offered.items if visit.caller and one.provider == visit.caller.organisation]
    return visit.page(
        "facilitating.html.j2",
        found=found,
        form=form,
        filtered=bool(form.typed),
        programmes=[("", "All my programmes"), *((one.programme_code, one.title) for one in own)],
        states=[("", "Any time"), *STATES],
        pages=visit.pages(found.next),
    )


@router.get("/facilitating/{cohort_id}")
async def one(visit: Somebody, cohort_id: UUID) -> Response:
    """Its sessions, each with its register."""
    cohort, dates = await asyncio.gather(
        cohorts.one(visit.services, cohort_id), sessions.of_cohort(visit.services, cohort_id)
    )
    return visit.page("facilitated.html.j2", cohort=cohort, sessions=dates)
