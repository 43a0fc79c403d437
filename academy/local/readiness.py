"""Waiting until something answers."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

_PATIENCE_SECONDS = 300.0
"""What never answers is given up; a busy machine is no reason for that, and a part that ends is told at once."""

_BETWEEN_LOOKS_SECONDS = 0.1


async def until(ready: Callable[[], Awaitable[bool]], *, seconds: float = _PATIENCE_SECONDS) -> None:
    """Returns once `ready` says so; TimeoutError when it does not in time."""
    async with asyncio.timeout(seconds):
        while not await ready():  # noqa: ASYNC110 another process tells us nothing, it has to be asked
            await asyncio.sleep(_BETWEEN_LOOKS_SECONDS)


async def answers(url: str, *, seconds: float = _PATIENCE_SECONDS) -> None:
    """Returns once the address answers 2xx; TimeoutError when it does not in time."""
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        await until(lambda: answers_now(client, url), seconds=seconds)


async def answers_now(client: httpx.AsyncClient, url: str) -> bool:
    """Whether it answers 2xx at this moment."""
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False


async def accepts_connections(address: str) -> bool:
    """Whether anything listens at that `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 2)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
