"""Events of a service that Kafka refuses: what it has against them, and what can be done."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.operations import parked_events
from services.portal.clients.operations.everywhere import Service
from services.portal.frame.forms import Form
from services.portal.pages.operations import stuck
from services.portal.pages.operations.acts import as_text, of_side
from services.portal.pages.operations.stuck import Asked
from services.portal.pages.visit import Somebody

router = APIRouter()


@router.get("/operations/parked")
async def parked(visit: Somebody, asked: Asked) -> Response:
    """Of every service, or of one."""
    found = await stuck.found(partial(parked_events.page, visit.services, after=asked.cursor), asked.service)
    form, further = Form.showing(service=asked.service or ""), visit.pages(found.next)
    return visit.page("parked.html.j2", found=found, form=form, services=stuck.CHOICES, pages=further)


@router.get("/operations/parked/{service}/{event_id}")
async def parked_event(visit: Somebody, service: Service, event_id: UUID) -> Response:
    """The event as far as the service shows it, and what can be done."""
    event = await parked_events.one(visit.services, service, event_id)
    acts = of_side("parked")
    return visit.page("parked_event.html.j2", service=service, event=event, text=as_text(event.payload), acts=acts)
