"""Who got which mail about a cohort."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import cohorts, learners
from services.portal.clients.notifications import messages
from services.portal.frame.forms import Form
from services.portal.frame.states import STATES
from services.portal.pages.purposes import PURPOSES
from services.portal.pages.visit import Somebody

router = APIRouter()

A_PAGE = 50
FILTERS = ("state", "purpose")


@router.get("/cohorts/{cohort_id}/messages")
async def of_cohort(visit: Somebody, cohort_id: UUID) -> Response:
    """In the order in which they were asked for; never what they say."""
    asked = visit.asked(*FILTERS)
    cohort, found = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        messages.of_cohort(visit.services, cohort_id, **asked, after=visit.after, limit=A_PAGE, count="true"),
    )
    return visit.page(
        "cohort_messages.html.j2",
        cohort=cohort,
        messages=found,
        names=await learners.names(visit.services, {message.person_id for message in found.items}),
        purposes=PURPOSES,
        filters=Form.showing(**asked),
        filtered=bool(asked),
        states=[("", "Any state"), *((name, state.words) for name, state in STATES["message"].items())],
        about=[("", "Anything"), *PURPOSES.items()],
        pages=visit.pages(found.next),
    )
