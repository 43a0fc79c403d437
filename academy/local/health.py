"""How well each part of a platform is, as found just now."""

import asyncio
from dataclasses import dataclass

import httpx

from academy.local.processes import is_same_process
from academy.local.readiness import accepts_connections, answers_now
from academy.local.state import Part, State


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part as found just now."""

    name: str
    address: str
    pid: int | None
    health: str

    @property
    def well(self) -> bool:
        """Ready to be used."""
        return self.health == "ready"


async def healths(state: State) -> list[PartHealth]:
    """All parts asked at once."""
    async with httpx.AsyncClient(trust_env=False, timeout=3) as client:
        return list(await asyncio.gather(*(_health(client, name, part) for name, part in state.parts.items())))


async def _health(client: httpx.AsyncClient, name: str, part: Part) -> PartHealth:
    return PartHealth(name, part.address, part.pid, await _verdict(client, name, part))


async def _verdict(client: httpx.AsyncClient, name: str, part: Part) -> str:
    if part.pid is not None and part.started_at is not None and not is_same_process(part.pid, part.started_at):
        return "not running"
    if name == "supervisor":
        return "ready"
    if part.source == "environment" and part.address.startswith("http"):
        well = await answers_now(client, f"{part.address}/.well-known/openid-configuration")
    elif part.address.startswith("http"):
        well = await answers_now(client, f"{part.address}/{'ping' if name == 'gateway-admin' else 'readyz'}")
    else:
        well = await accepts_connections(part.address)
    return "ready" if well else "does not answer"
