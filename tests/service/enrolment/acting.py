"""Whether what is offered to a caller can be done: tried by everybody in a state, each action in the state anew."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import httpx

from shared.ids import new_id
from shared.web.principal import ROLES
from tests.service.enrolment.enrolment import EnrolmentService
from tests.support.services import Client

STRANGER = "learner who is not registered"
FOREIGN = "provider of another programme"
CALLERS = (*sorted(set(ROLES) - {"replay"}), STRANGER, FOREIGN)
LEADS = ("programme_lead", "region")

Made: TypeAlias = tuple[str, datetime]
"""What the actions are done to, and when."""
State: TypeAlias = Callable[[EnrolmentService, UUID], Awaitable[Made]]
"""Makes it, with what the person is to have of it."""
Act: TypeAlias = Callable[[Client, str, UUID], Awaitable[httpx.Response]]
Offer: TypeAlias = Callable[[Client, str], Awaitable[list[str]]]


def calls(enrolment: EnrolmentService, caller: str, person: UUID, at: datetime) -> Client:
    """A learner is the person, a stranger one whom nobody registered; everybody else is nobody in particular."""
    role = {STRANGER: "learner", FOREIGN: "provider"}.get(caller, caller)
    organisation = "Somebody else" if caller == FOREIGN else "Northfield Learning"
    whose = {"learner": person, STRANGER: new_id()}.get(caller)
    return enrolment.under_test.as_(role, person_id=whose, systems=["QGH"], organisation=organisation, at=at)


def by_itself(path: str) -> Offer:
    """As the record tells it, at its path."""

    async def offered(caller: Client, subject: str) -> list[str]:
        answer = await caller.get(path.format(subject))
        assert answer.status_code == 200, answer.text
        return answer.json()["allowed_actions"]

    return offered


async def offered_to(
    enrolment: EnrolmentService, caller: str, state: State, acts: Mapping[str, Act], offer: Offer
) -> list[str]:
    """What the caller is offered in that state, once every action was tried: those alone succeed."""
    told = set[tuple[str, ...]]()
    for action, act in acts.items():
        (person,) = await enrolment.people(1)
        subject, at = await state(enrolment, person)
        client = calls(enrolment, caller, person, at)
        listed = await offer(client, subject)
        told.add(tuple(listed))
        answer = await act(client, subject, person)
        assert _is_done(answer) == (action in listed), (caller, state.__name__, action, listed, answer.text)
    (once,) = told
    return list(once)


def _is_done(answer: httpx.Response) -> bool:
    """Or refused for who asks, or how things stand: never for how it was asked."""
    assert answer.is_success or answer.status_code in {403, 404, 409}, answer.text
    return answer.is_success
