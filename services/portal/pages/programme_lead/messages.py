"""Who got which mail about a cohort."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import Refused, ServiceAway
from services.portal.clients.enrolment import courses, learners
from services.portal.clients.notifications import codes, messages
from services.portal.clients.notifications.messages import Message
from services.portal.frame.forms import Form
from services.portal.frame.states import STATES
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 50


@router.get("/cohorts/{cohort_id}/messages")
async def index(visit: Somebody, cohort_id: UUID) -> Response:
    """In the order in which they were asked for; also for who sees no numbers of the cohort."""
    asked = visit.asked("state")
    cohort, found, purposes = await asyncio.gather(
        courses.one(visit.services, cohort_id),
        messages.of_cohort(visit.services, cohort_id, **asked, after=visit.after, limit=A_PAGE, count="true"),
        codes.words(visit.services, "message-purposes"),
    )
    return visit.page(
        "cohort_messages.html.j2",
        cohort=cohort,
        messages=found,
        names=await _names(visit, found.items),
        purposes=purposes,
        filters=Form.showing(**asked),
        filtered=bool(asked),
        states=[("", "Any state"), *((name, told.words) for name, told in STATES["message"].items())],
        pages=visit.pages(found.next),
    )


async def _names(visit: Visit, sent: Iterable[Message]) -> Mapping[UUID, str]:
    """Only an addition: who may see that mails were sent need not see to whom."""
    with suppress(Refused, ServiceAway):
        return await learners.names(visit.services, (message.person_id for message in sent))
    return {}
