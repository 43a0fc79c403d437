"""Who did what to events that were stuck, and why."""

from functools import partial

from fastapi import APIRouter, Response

from services.portal.clients.operations import actions
from services.portal.frame.forms import Form
from services.portal.pages.operations import stuck
from services.portal.pages.sending import Done
from services.portal.pages.visit import Somebody

router = APIRouter()


@router.get("/operations/actions")
async def what_was_done(visit: Somebody, did: Done) -> Response:
    """The newest first, of all services as of one."""
    found = await stuck.found(visit, partial(actions.page, visit.services))
    return visit.page(
        "actions.html.j2",
        found=found,
        rows=sorted(found.items, key=lambda item: item[1].at, reverse=True),
        form=Form.showing(**visit.asked("service")),
        services=stuck.CHOICES,
        pages=visit.pages(found.next),
        done=did,
    )
