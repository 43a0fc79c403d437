"""What happens to a form that is sent: it is done and another page says so, or the same page says what is wrong."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, TypeAlias, TypeVar
from urllib.parse import quote, unquote
from uuid import uuid4

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.clients.api import Edition, Refused, View
from services.portal.frame.forms import Form, sentence

T = TypeVar("T")
V = TypeVar("V", bound=View)

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
        "withdrawn": "The place was given up. Where somebody waits, the first of them gets it.",
        "off-the-list": "They are off the waiting list.",
        "place-taken": "You have a place. A confirmation with the calendar entries is on its way to you by mail.",
        "wait-joined": "You are on the waiting list. You are told by mail as soon as you have a place.",
        "place-given-up": "You have given up your place. Thank you for telling us: somebody else may get it.",
        "wait-given-up": "You have left the waiting list.",
        "details-saved": "Your details were saved.",
    }
)
"""What a page says has just been done; a cookie names it by its key, and nothing else is repeated from there."""

_DID = "did"
_SECONDS = 60
_REUSED = "idempotency_key_reused"


async def _form(request: Request) -> Form:
    """Known to the request, so that a page on what went wrong can offer to send it again."""
    request.state.sent = form = Form.of(await request.form())
    return form


Sent: TypeAlias = Annotated[Form, Depends(_form)]
"""The form that was sent."""


async def act(
    form: Form,
    do: Callable[[], Awaitable[T]],
    names: Mapping[str, str] | None = None,
    words: Mapping[str, str] = MappingProxyType({}),
) -> T | None:
    """Do it unless the form is wrong already; what a service has against it stands in the form afterwards.

    `names`: the form's fields, where a service calls them otherwise. `words`: what stands there in place of the
    service's own, by its code. What is no fault of the form is raised.
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
        if refused.problem.code == _REUSED:
            sent_before(form)
            return None
        form.refused([fault.model_dump() for fault in refused.problem.errors], names)
        if not form.wrong:
            form.others.append(words.get(refused.problem.code) or sentence(refused.problem.detail))
        return None


def sent_before(form: Form) -> None:
    """Its key is of something else that was done: say so, and let it be sent under another."""
    form.key = str(uuid4())
    form.others = ["You sent this before with other answers, and that was done. Look whether it is as you meant."]


def theirs(form: Form, found: Edition[V], typed: Callable[[V], Mapping[str, str | list[str]]]) -> Form | None:
    """The form of what somebody else made of the record, to stand beside; sent again, ours replaces just that."""
    if not form.stale:
        return None
    form.keep("etag", found.etag)
    return Form.showing(**typed(found.record))


def see_other(place: str, did: str | None = None) -> RedirectResponse:
    """On to a page of ours, which says what was done: once, and by nothing in its address that could be kept.

    The cookie is no secret: it bears a key of `DONE` and the page it is for.
    """
    answer = RedirectResponse(place, HTTPStatus.SEE_OTHER)
    if did:
        told = quote(f"{did} {unquote(place)}", safe="")
        answer.set_cookie(_DID, told, max_age=_SECONDS, httponly=True, samesite="lax")
    return answer


def forget(answer: Response) -> None:
    """It was told."""
    answer.delete_cookie(_DID, httponly=True, samesite="lax")


def code_of(form: Form | None) -> int:
    """A page whose form is shown again because it is wrong says so to programs too."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form and form.wrong else HTTPStatus.OK


async def _done(request: Request) -> str | None:
    did, _, place = unquote(request.cookies.get(_DID, "")).partition(" ")
    return DONE.get(did) if place == request.scope["path"] else None


Done: TypeAlias = Annotated[str | None, Depends(_done)]
"""What was done just before, in words, for the page that was led to."""
