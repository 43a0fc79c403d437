"""Which moment the services of a platform live in, as they say themselves."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from academy.local.state import State
from academy.services import SERVICES
from shared.clock import in_words

_PATIENCE_SECONDS = 2.0


def services_here(state: State) -> Mapping[str, str]:
    """The address of each service that runs, by its name."""
    return {name: state.parts[name].address for name in SERVICES if name in state.parts}


def services_behind(gateway: str) -> Mapping[str, str]:
    """The same of a platform elsewhere."""
    return {name: f"{gateway.rstrip('/')}/{name}" for name in SERVICES}


async def replayed(services: Mapping[str, str]) -> Mapping[str, datetime]:
    """How far each service at these addresses is that replays; none in real time, and none where nothing runs."""
    async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
        told = await asyncio.gather(*(_moment(client, address) for address in services.values()))
    return {name: moment for name, moment in zip(services, told, strict=True) if moment is not None}


async def replaying(services: Mapping[str, str]) -> str | None:
    """The sentence for people, of the service that is furthest; None in real time."""
    moments = await replayed(services)
    return in_words(max(moments.values())) if moments else None


async def _moment(client: httpx.AsyncClient, address: str) -> datetime | None:
    try:
        answer: dict[str, Any] = (await client.get(f"{address}/readyz")).json()
        return datetime.fromisoformat(answer["moment"])
    except (httpx.HTTPError, ValueError, KeyError):
        return None
