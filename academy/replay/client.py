"""The one door to the gateway: kept connections, and patience while a service is away."""

import asyncio
import json
import random
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal, Self, cast
from uuid import UUID

import aiohttp

IN_FLIGHT = 16
"""Requests at a time; more would only queue in the services."""

PATIENCE_SECONDS = 60.0
"""How long a service may be away before a call gives up: a killed one is back within seconds."""

_REFUSALS = 400
_UNAVAILABLE = frozenset({429, 502, 503, 504})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_TIMEOUT = aiohttp.ClientTimeout(total=30)

Method = Literal["GET", "PUT", "POST"]
Json = dict[str, Any]


class Stopped(Exception):
    """Why a replay or a review cannot go on; the message is for the person who started it."""


class GatewayUnavailable(Stopped):
    """Nobody answered for longer than we are patient."""


class Refused(Stopped):
    """The platform answered, and the answer is no."""

    def __init__(self, what: str, status: int, problem: Any) -> None:
        """`problem` is the answer's body, an RFC 9457 problem where a service made it."""
        code, detail = _reason(problem)
        super().__init__(f"{what}: {status} {code}: {detail}")
        self.status = status
        self.code = code


class Gateway:
    """Calls the services through the gateway; every call is safe to repeat, so a failed one is repeated."""

    def __init__(self, address: str) -> None:
        """`address` is the gateway's, such as `http://127.0.0.1:8080`."""
        self._address = address.rstrip("/")
        self.repeated = 0

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=IN_FLIGHT, keepalive_timeout=60)
        self._http = aiohttp.ClientSession(
            connector=connector, timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._http.close()

    async def token(self, persona: str, person_id: UUID | None = None) -> str:
        """A bearer token for a persona of the development issuer."""
        wanted = {"persona": persona} | ({"person_id": str(person_id)} if person_id else {})
        answer = await self.call("POST", "/issuer/token", body=wanted)
        return answer["access_token"]

    async def call(
        self,
        method: Method,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Any:
        """The answer's JSON; `Refused` when the answer is no, `GatewayUnavailable` when there is none for too long."""
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        if data:
            sent["Content-Type"] = "application/json"
        status, answer = await self._patiently(method, path, sent, data)
        if status >= _REFUSALS:
            raise Refused(f"{method} {path}", status, answer)
        return answer

    async def _patiently(
        self, method: Method, path: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, Any]:
        started, pause = time.monotonic(), _FIRST_PAUSE
        while True:
            try:
                async with self._http.request(method, self._address + path, headers=headers, data=data) as response:
                    content = await response.read()
                    if not _is_unavailable(response):
                        return response.status, _document(content)
                    why = f"{response.status} from the gateway"
            except (aiohttp.ClientError, TimeoutError) as error:
                why = type(error).__name__
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise GatewayUnavailable(f"{method} {path}: {why} for {PATIENCE_SECONDS:.0f} seconds")
            self.repeated += 1
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, _LONGEST_PAUSE)


def _is_unavailable(response: aiohttp.ClientResponse) -> bool:
    """Services and gateway refuse in JSON; a refusal in anything else is a gateway that finds no way just now."""
    refused = response.status >= _REFUSALS
    return response.status in _UNAVAILABLE or (refused and not response.content_type.endswith("json"))


def _document(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode(errors="replace")


def _reason(problem: Any) -> tuple[str, str]:
    if isinstance(problem, dict):
        told = cast("Json", problem)
        return str(told.get("code", "unknown")), str(told.get("detail") or told.get("title") or "no reason given")
    return "unknown", str(problem)[:200]
