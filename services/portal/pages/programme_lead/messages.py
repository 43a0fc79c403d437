"""Who got which mail about a cohort."""

import asyncio
from collections.abc import Iterable, Mapping
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.additions import if_there
from services.portal.clients.enrolment import cohorts, learners
from services.portal.clients.notifications import messages
from services.portal.clients.notifications.messages import Message
from services.portal.frame.forms import Form
from services.portal.frame.states import choices
from services.portal.pages.listed import listed
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

A_PAGE = 50


@router.get("/cohorts/{cohort_id}/messages")
async def index(visit: Somebody, cohort_id: UUID) -> Response:
    """In the order in which they were asked for; also for who sees no numbers of the cohort."""
    form = Form.showing(**visit.asked("state"))
    cohort, found, purposes = await asyncio.gather(
        cohorts.one(visit.services, cohort_id),
        listed(visit, form, messages.of_cohort, cohort_id, limit=A_PAGE),
        visit.words("message-purposes", of="notifications"),
    )
    return visit.page(
        "cohort_messages.html.j2",
        cohort=cohort,
        messages=found,
        names=await _names(visit, found.items),
        purposes=purposes,
        form=form,
        filtered=bool(form.typed),
        states=choices("message", "Any state"),
        pages=visit.pages(found.next),
    )


async def _names(visit: Visit, sent: Iterable[Message]) -> Mapping[UUID, str]:
    """Only an addition: who may see that mails were sent need not see to whom."""
    return await if_there(learners.names(visit.services, (message.person_id for message in sent))) or {}
