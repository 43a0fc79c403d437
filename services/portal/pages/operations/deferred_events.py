"""Events of others that have no effect at a service: what failed, and what can be done."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.operations import deferred_events
from services.portal.clients.operations.deferred_events import DeferredEvent
from services.portal.clients.operations.everywhere import Service
from services.portal.frame.dates import stamp
from services.portal.frame.forms import Form
from services.portal.frame.states import STATES, state
from services.portal.pages.operations import stuck
from services.portal.pages.operations.acts import as_text, of_side
from services.portal.pages.visit import Somebody, Visit
from shared.web.tables import Entry

router = APIRouter()
_HEADER = ("Event", "Type", "Topic", "State", "Error", "Tries", "Wait behind it", "Since")
_STATES = tuple((name, found.words) for name, found in STATES["event"].items())


@router.get("/operations/dead")
async def dead(visit: Somebody) -> Response:
    """By default what was given up, of every service."""
    chosen = _chosen(visit)
    found = await stuck.found(visit, partial(deferred_events.page, visit.services, state=chosen["state"]))
    return visit.page(
        "dead.html.j2",
        found=found,
        form=Form.showing(**chosen),
        services=stuck.CHOICES,
        states=_STATES,
        pages=visit.pages(found.next),
        file=visit.as_file,
    )


@router.get("/operations/dead.csv")
async def as_file(visit: Somebody) -> Response:
    """The same for spreadsheets."""
    ask = partial(deferred_events.page, visit.services, state=_chosen(visit)["state"])
    return await stuck.file(visit, "dead-events", _HEADER, ask, _line)


@router.get("/operations/dead/{service}/{event_id}")
async def dead_event(visit: Somebody, service: Service, event_id: UUID) -> Response:
    """The event as far as the service shows it, and what can be done."""
    event = await deferred_events.one(visit.services, service, event_id)
    acts = of_side("dead")
    return visit.page("dead_event.html.j2", service=service, event=event, text=as_text(event.payload), acts=acts)


def _chosen(visit: Visit) -> dict[str, str]:
    return {"state": "dead", **visit.asked("service", "state")}


def _line(event: DeferredEvent) -> Sequence[Entry]:
    return (
        str(event.event_id),
        event.type,
        event.topic,
        state("event", event.state).words,
        event.error_class,
        event.attempts,
        event.waiting_behind,
        stamp(event.deferred_at),
    )
