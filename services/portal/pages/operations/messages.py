"""Mails that did not leave: by the event that caused them for operators, by person for information governance."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.operations import messages
from services.portal.frame.forms import Form
from services.portal.frame.states import STATES
from services.portal.pages.visit import Somebody

router = APIRouter()
_STATES = (("", "All states"), *((name, found.words) for name, found in STATES["message"].items()))


@router.get("/operations/messages")
async def by_event(visit: Somebody) -> Response:
    """How many mails each event caused, and why any of them did not leave."""
    asked = visit.asked("state")
    found = await messages.by_event(visit.services, after=visit.after, **asked)
    form, further = Form.showing(**asked), visit.pages(found.next)
    return visit.page("messages_by_event.html.j2", found=found, form=form, states=_STATES, pages=further)


@router.get("/operations/messages/people")
async def to_people(visit: Somebody) -> Response:
    """The mails of a person by their id, or of everybody; what is typed and is no id is shown again."""
    asked = visit.asked("person_id", "state")
    form, found = Form.showing(**asked), None
    if _is_id(asked.get("person_id")):
        found = await messages.to_people(visit.services, after=visit.after, **asked)
    else:
        form.fault("person_id", "A person's id has 36 characters, like 914e065c-2596-52c7-9ac3-71061f372263")
    further = visit.pages(found.next if found else None)
    return visit.page("messages_to_people.html.j2", found=found, form=form, states=_STATES, pages=further)


def _is_id(text: str | None) -> bool:
    try:
        return text is None or bool(UUID(text))
    except ValueError:
        return False
