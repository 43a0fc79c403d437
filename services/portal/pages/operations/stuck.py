"""Lists of what is stuck at the services: at all of them, or further and further at one."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from fastapi import HTTPException, Response

from services.portal.clients.api import Page, View, every
from services.portal.clients.operations.everywhere import SERVICES, everywhere
from services.portal.frame.states import state
from services.portal.pages.visit import Visit
from shared.web.tables import Entry

V = TypeVar("V", bound=View)
CHOICES = (("", "All services"), *((name, name.capitalize()) for name in SERVICES))


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """Entries with their service; `next` only of a list of one service, `more` and `away` only of one of all."""

    items: Sequence[tuple[str, V]]
    next: str | None = None
    more: Sequence[str] = ()
    away: Sequence[str] = ()


async def found(visit: Visit, ask: Callable[..., Awaitable[Page[V]]]) -> Found[V]:
    """What there is at the service that is chosen, or the first page of each; a cursor is of one service."""
    service = _chosen(visit)
    if service is None:
        return together(await everywhere(ask))
    answer = await ask(service, after=visit.after)
    return Found([(service, item) for item in answer.items], answer.next)


def together(answers: Mapping[str, Page[V] | None]) -> Found[V]:
    """Lists of all services as one, which says whose is longer and who is away."""
    there = {service: answer for service, answer in answers.items() if answer}
    items = [(service, item) for service, answer in there.items() for item in answer.items]
    more = [service for service, answer in there.items() if answer.next]
    return Found(items, more=more, away=[service for service in answers if service not in there])


async def file(
    visit: Visit,
    name: str,
    header: Sequence[str],
    ask: Callable[..., Awaitable[Page[V]]],
    line: Callable[[V], Sequence[Entry]],
) -> Response:
    """All there is, for spreadsheets: each entry behind its service."""

    async def whole(service: str) -> list[V]:
        return await every(partial(ask, service))

    service = _chosen(visit)
    answers = {service: await whole(service)} if service else await everywhere(whole)
    return visit.file(name, ("Service", *header), lines(answers, line))


def lines(answers: Mapping[str, Sequence[V] | None], line: Callable[[V], Sequence[Entry]]) -> Iterator[Sequence[Entry]]:
    """Of a file. A service that is away says so in it: who reads it later does not see the page."""
    for service, items in answers.items():
        if items is None:
            yield service, state("service", "away").words
        else:
            yield from ((service, *line(item)) for item in items)


def _chosen(visit: Visit) -> str | None:
    service = visit.asked("service").get("service")
    if service not in {None, *SERVICES}:
        raise HTTPException(404)
    return service
