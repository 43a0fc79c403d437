"""Events of a service that Kafka refuses: what it has against them, and what can be done."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.operations import parked_events
from services.portal.clients.operations.everywhere import Service
from services.portal.clients.operations.parked_events import ParkedEvent
from services.portal.frame.dates import stamp
from services.portal.frame.forms import Form
from services.portal.pages.operations import stuck
from services.portal.pages.operations.acts import as_text, of_side
from services.portal.pages.visit import Somebody
from shared.web.tables import Entry

router = APIRouter()
_HEADER = ("Event", "Type", "Topic", "Error of Kafka", "Wait behind it", "Since")


@router.get("/operations/parked")
async def parked(visit: Somebody) -> Response:
    """Of every service, or of one."""
    found = await stuck.found(visit, partial(parked_events.page, visit.services))
    return visit.page(
        "parked.html.j2",
        found=found,
        form=Form.showing(**visit.asked("service")),
        services=stuck.CHOICES,
        pages=visit.pages(found.next),
        file=visit.as_file,
    )


@router.get("/operations/parked.csv")
async def as_file(visit: Somebody) -> Response:
    """The same for spreadsheets."""
    return await stuck.file(visit, "parked-events", _HEADER, partial(parked_events.page, visit.services), _line)


@router.get("/operations/parked/{service}/{event_id}")
async def parked_event(visit: Somebody, service: Service, event_id: UUID) -> Response:
    """The event as far as the service shows it, and what can be done."""
    event = await parked_events.one(visit.services, service, event_id)
    acts = of_side("parked")
    return visit.page("parked_event.html.j2", service=service, event=event, text=as_text(event.payload), acts=acts)


def _line(event: ParkedEvent) -> Sequence[Entry]:
    since = stamp(event.parked_at)
    return str(event.event_id), event.type, event.topic, event.last_error, event.waiting_behind, since
