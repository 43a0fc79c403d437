"""What happens to a form that is sent: it is done and another page says so, or the same page says what is wrong."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from services.portal.clients.api import Refused
from services.portal.frame.forms import Form, sentence

T = TypeVar("T")

DONE: Mapping[str, str] = MappingProxyType(
    {
        "cohort-opened": "The cohort is open for applications from the day you chose.",
        "cohort-edited": "The cohort was changed.",
        "cohort-cancelled": "The cohort was cancelled. Everybody who has a place or waits is told by mail.",
        "session-added": "The session was added. Everybody with a place gets it in their calendar.",
        "session-edited": "The session was changed. Calendars follow.",
        "session-cancelled": "The session was cancelled. Everybody with a place is told by mail.",
        "recording-published": "The recording was published. Everybody who missed the session is told by mail.",
        "enrolled": "The place was given. A confirmation with the calendar entries is on its way.",
        "waiting": "They are on the waiting list.",
        "person-added": "They were added, and can be enrolled.",
        "person-edited": "Their details were saved.",
        "programme-added": "The programme is offered: cohorts of it can be opened.",
        "programme-saved": "The programme was changed.",
        "programme-retired": "The programme is offered no more. What was opened of it goes on.",
        "event-replayed": "The event is tried again within seconds.",
        "event-skipped": "The event was skipped. What waited behind it goes on within seconds.",
        "gap-accepted": "The service waits no longer for what is missing.",
        "event-sent-again": "The event is sent again within seconds.",
        "marker-sent": "A marker is sent instead of the event.",
        "withdrawn": "The place was given up. Whoever waits next gets it.",
        "place-taken": "You have a place. A confirmation with the calendar entries is on its way to you by mail.",
        "wait-joined": "You are on the waiting list. You are told by mail as soon as you have a place.",
        "place-given-up": "You have given up your place. Thank you for telling us: somebody else may get it.",
        "wait-given-up": "You have left the waiting list.",
        "details-saved": "Your details were saved.",
    }
)
"""What a page says has just been done; an address names it by its key, and nothing else is repeated from there."""


async def _form(request: Request) -> Form:
    return Form.of(await request.form())


Sent: TypeAlias = Annotated[Form, Depends(_form)]
"""The form that was sent."""


async def act(form: Form, do: Callable[[], Awaitable[T]], names: Mapping[str, str] | None = None) -> T | None:
    """Do it unless the form is wrong already; what a service has against it stands in the form afterwards.

    `names`: the form's fields, where a service calls them otherwise. What is no fault of the form is raised.
    """
    if form.wrong:
        return None
    try:
        return await do()
    except Refused as refused:
        if refused.problem.status in {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}:
            form.stale = True
            form.others.append("Somebody else changed this after you opened the page. Choose what is to hold.")
            return None
        if refused.problem.status not in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise
        form.refused([fault.model_dump() for fault in refused.problem.errors], names)
        if not form.wrong:
            form.others.append(sentence(refused.problem.detail))
        return None


def see_other(place: str, did: str | None = None) -> RedirectResponse:
    """On to a page of ours, which says what was done."""
    return RedirectResponse(f"{place}?did={did}" if did else place, HTTPStatus.SEE_OTHER)


def code_of(form: Form | None) -> int:
    """A page whose form is shown again because it is wrong says so to programs too."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form and form.wrong else HTTPStatus.OK


async def _done(did: str = "") -> str | None:
    return DONE.get(did)


Done: TypeAlias = Annotated[str | None, Depends(_done)]
"""What was done just before, in words."""
