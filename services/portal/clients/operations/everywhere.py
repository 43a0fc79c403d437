"""What every service answers alike, asked of all of them at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Literal, TypeAlias, TypeVar, get_args

from services.portal.clients.api import Refused, ServiceAway

Service: TypeAlias = Literal["enrolment", "coaching", "talent", "notifications"]
SERVICES: tuple[str, ...] = get_args(Service)
T = TypeVar("T")

_NOBODY_THERE = frozenset({404, 503})
"""What is said where there is no such service, or its database is away."""


async def everywhere(ask: Callable[[str], Awaitable[T]]) -> Mapping[str, T | None]:
    """The answer of each; None of one that is away: it must not hide how the others are."""
    answers = await asyncio.gather(*(_or_away(ask(service)) for service in SERVICES))
    return dict(zip(SERVICES, answers, strict=True))


async def _or_away(answer: Awaitable[T]) -> T | None:
    try:
        return await answer
    except ServiceAway:
        return None
    except Refused as refused:
        if HTTPStatus(refused.problem.status) not in _NOBODY_THERE:
            raise
        return None
