"""What can be done to an event that is stuck: first what would happen, then a reason, then the act.

To add an act, give it an entry here, and what was done words in `pages/sending.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.clients.operations import actions
from services.portal.clients.operations.actions import Side
from services.portal.clients.operations.everywhere import Service
from services.portal.frame.forms import Form
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()
Board: TypeAlias = Literal["dead", "parked"]
_SIDES: Mapping[Board, Side] = MappingProxyType({"dead": "deferred-events", "parked": "parked-events"})


@dataclass(frozen=True, slots=True)
class Act:
    """`verb` is the API's; `about` says when to choose it, `follows` what comes of it."""

    board: Board
    verb: str
    title: str
    about: str
    follows: str
    done: str
    final: bool = False


ACTS = (
    Act(
        "dead",
        "replay",
        "Try the event again",
        "What made it fail is mended.",
        "The event is tried again within seconds. If it works, what waits behind it follows in order.",
        "event-replayed",
    ),
    Act(
        "dead",
        "skip",
        "Skip the event",
        "It will never work, and may be left out.",
        "The event has no effect here, ever. What waits behind it goes on.",
        "event-skipped",
        final=True,
    ),
    Act(
        "dead",
        "accept-gap",
        "Accept the gap",
        "It waits for an earlier event that will never come.",
        "The service no longer waits for what is missing before it. It is next, and what is behind goes on.",
        "gap-accepted",
        final=True,
    ),
    Act(
        "parked",
        "retry",
        "Send the event again",
        "What Kafka had against it is gone.",
        "The event is sent again within seconds as it is. What waits behind it follows.",
        "event-sent-again",
    ),
    Act(
        "parked",
        "skip",
        "Send a marker instead",
        "It can never be sent, and may be left out.",
        "Listeners get a marker of the same version and pass over it. What the event says is told to nobody.",
        "marker-sent",
        final=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An act, and the event it is to be done to."""

    act: Act
    service: str
    event_id: UUID

    @property
    def side(self) -> Side:
        """Where the API keeps such events."""
        return _SIDES[self.act.board]

    @property
    def place(self) -> str:
        """The page of the event."""
        return f"/operations/{self.act.board}/{self.service}/{self.event_id}"


async def _chosen(board: Board, service: Service, event_id: UUID, verb: str) -> Chosen:
    for found in of_side(board):
        if found.verb == verb:
            return Chosen(found, service, event_id)
    raise HTTPException(404)


Asked: TypeAlias = Annotated[Chosen, Depends(_chosen)]
_PLACE = "/operations/{board}/{service}/{event_id}/{verb}"
_NOTHING_DONE = "Nothing was done: the event does not stand as it did when the page was opened."


@router.get(_PLACE)
async def ask(visit: Somebody, asked: Asked) -> Response:
    """What would happen, and a form for the reason."""
    return await _asking(visit, asked, Form())


@router.post(_PLACE)
async def perform(visit: Somebody, asked: Asked, form: Sent) -> Response:
    """Do it; the list of what was done shows it at its top."""
    reason = form.required("reason", "Enter a reason")
    to_do = partial(actions.perform, visit.services, asked.service, asked.side, asked.act.verb, asked.event_id)
    outcome = await act(form, partial(to_do, reason=reason, key=form.key))
    if outcome and outcome.event_ids:
        return see_other("/operations/actions", asked.act.done)
    return await _asking(visit, asked, form if outcome is None else Form(form.typed, others=[_NOTHING_DONE]))


def of_side(board: Board) -> tuple[Act, ...]:
    """What can be done to events that are stuck there."""
    return tuple(found for found in ACTS if found.board == board)


def as_text(payload: Any) -> str:
    """A payload to be read; of a restricted topic the service says that it is withheld."""
    return payload if isinstance(payload, str) else json.dumps(payload, indent=2, ensure_ascii=False)


async def _asking(visit: Visit, asked: Chosen, form: Form) -> Response:
    outcome = await actions.would(visit.services, asked.service, asked.side, asked.act.verb, asked.event_id)
    if form.wrong and not outcome.event_ids:
        form = Form(others=[_NOTHING_DONE])
    return visit.page("act.html.j2", asked=asked, outcome=outcome, form=form)
