"""Lists of what is stuck at the services: at all of them, or further and further at one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeAlias, TypeVar

from fastapi import Depends, Query
from pydantic import BeforeValidator

from services.portal.clients.api import Page, View
from services.portal.clients.operations.everywhere import SERVICES, Service, everywhere
from shared.settings import none_if_empty

V = TypeVar("V", bound=View)
CHOICES = (("", "All services"), *((name, name.capitalize()) for name in SERVICES))


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for: of which service, of all where none is chosen; a cursor is of one service."""

    service: Annotated[Service | None, BeforeValidator(none_if_empty), Query()] = None
    after: str | None = None

    @property
    def cursor(self) -> str | None:
        """Where it begins."""
        return self.after if self.service else None


Asked: TypeAlias = Annotated[Part, Depends()]
"""As the address says."""


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """Entries with their service; `next` only of a list of one service, `more` and `away` only of one of all."""

    items: Sequence[tuple[str, V]]
    next: str | None = None
    more: Sequence[str] = ()
    away: Sequence[str] = ()


async def found(ask: Callable[[str], Awaitable[Page[V]]], service: str | None) -> Found[V]:
    """What there is at that service, or the first page of each."""
    if service:
        answer = await ask(service)
        return Found([(service, item) for item in answer.items], answer.next)
    return together(await everywhere(ask))


def together(answers: Mapping[str, Page[V] | None]) -> Found[V]:
    """Lists of all services as one, which says whose is longer and who is away."""
    there = {service: answer for service, answer in answers.items() if answer}
    items = [(service, item) for service, answer in there.items() for item in answer.items]
    more = [service for service, answer in there.items() if answer.next]
    return Found(items, more=more, away=[service for service in answers if service not in there])
