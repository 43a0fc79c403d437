"""The services' own addresses, spoken to directly; whoever does not answer is asked again elsewhere."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, cast

import httpx

from tests.chaos import patience
from tests.chaos.history import Answer

_SILENCE = 30.0
"""Seconds after which a client takes silence for an answer; the dead refuse at once, this is for what hangs."""


class Client:
    """An HTTP client of every api process, with a token for each persona it acts as."""

    def __init__(self, apis: Mapping[str, Sequence[str]], tokens: Mapping[str, str]) -> None:
        """`apis` are the base addresses of each service's api processes, `tokens` those of each persona."""
        self._turns = {service: itertools.cycle(addresses) for service, addresses in apis.items()}
        self._tokens = tokens
        self._client = httpx.AsyncClient(timeout=_SILENCE, trust_env=False)

    @classmethod
    async def open(cls, apis: Mapping[str, Sequence[str]], issuer: str, personas: Sequence[str]) -> Self:
        """Fetch the tokens first."""
        tokens: dict[str, str] = {}
        async with httpx.AsyncClient(timeout=patience.ANSWER, trust_env=False) as anyone:
            for persona in personas:
                answer = await anyone.post(f"{issuer}/token", json={"persona": persona})
                tokens[persona] = answer.raise_for_status().json()["access_token"]
        return cls(apis, tokens)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        persona: str = "replay",
        **headers: str,
    ) -> Answer:
        """One try; never raises. Header names are given with underscores."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told["Authorization"] = f"Bearer {self._tokens[persona]}"
        try:
            answer = await self._client.request(method, next(self._turns[service]) + path, json=body, headers=told)
            return Answer(answer.status_code, _content(answer))
        except httpx.HTTPError as error:
            return Answer(None, {}, type(error).__name__)

    async def insist(
        self, service: str, method: str, path: str, *, seconds: float = patience.RETURN, **asked: Any
    ) -> Mapping[str, Any]:
        """Ask until it is accepted; RuntimeError when it is refused, or nothing is accepted in time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            answer = await self.ask(service, method, path, **asked)
            if answer.status in range(200, 300):
                return answer.body
            if answer.conclusive or asyncio.get_running_loop().time() > deadline:
                raise RuntimeError(f"{service} {method} {path}: {answer}")
            await asyncio.sleep(0.5)


def _content(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        content: Any = answer.json()
    except ValueError:
        return {}
    return cast("Mapping[str, Any]", content)
