"""Events of others that have no effect at a service: what failed, and what can be done."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.operations import deferred_events
from services.portal.clients.operations.deferred_events import State
from services.portal.clients.operations.everywhere import Service
from services.portal.frame.forms import Form
from services.portal.frame.states import STATES
from services.portal.pages.operations import stuck
from services.portal.pages.operations.acts import as_text, of_side
from services.portal.pages.operations.stuck import Asked
from services.portal.pages.visit import Somebody

router = APIRouter()
_STATES = tuple((name, found.words) for name, found in STATES["event"].items())


@router.get("/operations/dead")
async def dead(visit: Somebody, asked: Asked, state: State = "dead") -> Response:
    """By default what was given up, of every service."""
    found = await stuck.found(
        partial(deferred_events.page, visit.services, state=state, after=asked.cursor), asked.service
    )
    return visit.page(
        "dead.html.j2",
        found=found,
        form=Form.showing(service=asked.service or "", state=state),
        state_now=state,
        services=stuck.CHOICES,
        states=_STATES,
        pages=visit.pages(found.next),
    )


@router.get("/operations/dead/{service}/{event_id}")
async def dead_event(visit: Somebody, service: Service, event_id: UUID) -> Response:
    """The event as far as the service shows it, and what can be done."""
    event = await deferred_events.one(visit.services, service, event_id)
    acts = of_side("dead")
    return visit.page("dead_event.html.j2", service=service, event=event, text=as_text(event.payload), acts=acts)
