"""Parts that the environment supplies, and the platform that runs now."""

import asyncio
from collections.abc import Awaitable, Mapping
from urllib.parse import urlsplit

import httpx

from academy.local.doctor.check import Check, broken, ok
from academy.local.health import healths
from academy.local.readiness import accepts_connections, answers_now
from academy.local.state import State
from academy.services import SERVICES
from shared.messaging.cluster import Cluster
from shared.messaging.kafka import reachable

_DATABASE_PORT = 5432


async def external(environment: Mapping[str, str]) -> list[Check]:
    """One check for each address the environment gives; all asked at once."""
    variables = ["ACADEMY_KAFKA", "ACADEMY_SMTP", "ACADEMY_OIDC_ISSUER", *map(_database_variable, SERVICES)]
    given = {variable: environment[variable] for variable in variables if environment.get(variable)}
    return list(await asyncio.gather(*(_check(variable, address) for variable, address in given.items())))


async def running(state: State) -> Check:
    """The health of the platform of this folder."""
    if not state.parts:
        return ok("platform", "not running")
    unwell = [found for found in await healths(state) if not found.well]
    if not unwell:
        return ok("platform", f"running, {len(state.parts)} parts ready")
    reasons = "; ".join(f"{found.name} {found.health}" for found in unwell)
    return broken("platform", reasons, "`academy down`, then `academy up`; the logs lie in the state folder")


async def _check(variable: str, address: str) -> Check:
    if await _probe(variable, address):
        return ok(variable, "answers")
    return broken(variable, "does not answer", f"start what {variable} names, fix it, or unset it to use our own")


def _probe(variable: str, address: str) -> Awaitable[bool]:
    if variable == "ACADEMY_OIDC_ISSUER":
        return _discovery(address)
    if variable.endswith("_DATABASE"):
        split = urlsplit(address)
        return accepts_connections(f"{split.hostname}:{split.port or _DATABASE_PORT}")
    return reachable(Cluster(address))


async def _discovery(issuer: str) -> bool:
    async with httpx.AsyncClient(timeout=5) as client:
        return await answers_now(client, f"{issuer}/.well-known/openid-configuration")


def _database_variable(service: str) -> str:
    return f"ACADEMY_{service.upper()}_DATABASE"
