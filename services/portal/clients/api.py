"""A service's API as a person's token opens it: answers as views, refusals as they were worded."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

import httpx
from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError

from services.portal.caller import Caller
from shared.errors import Unavailable
from shared.observability import tracing
from shared.observability.logs import get_logger, where

SECONDS = 10.0
"""How long a page waits for a service; the gateway tells after two that nobody is there."""

MOST = 100
"""Entries of one answer."""

_SILENT = "a part of the academy does not answer at the moment"
_NO_ETAG = "what was sent is no ETag of a record"
_AWAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
"""The gateway found nobody, the service lacks its database, or it took too long: for a page all the same.

Were a page to have the gateway's own 502 or 504, the gateway would put its own in place of that too.
"""

_ETAG = re.compile(r'"[\x21\x23-\x7e]*"', re.ASCII)


class View(BaseModel):
    """A part of an answer; what a service adds later does not trouble us."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class WithActions(View):
    """A record that says what the caller may do to it now."""

    allowed_actions: frozenset[str] = frozenset()

    def may(self, action: str) -> bool:
        """Whether it is one of these."""
        return action in self.allowed_actions


V = TypeVar("V", bound=BaseModel)


class Page(View, Generic[V]):
    """A part of a list, and where the next begins; `count` is of the whole list, where it was asked for."""

    items: list[V]
    next: str | None = None
    count: int | None = None


async def every(ask: Callable[..., Awaitable[Page[V]]]) -> list[V]:
    """The whole list that is asked for part by part."""
    found: list[V] = []
    after: str | None = None
    while True:
        page = await ask(after=after, limit=MOST)
        found += page.items
        if page.next is None:
            return found
        after = page.next


class Suggestion(View):
    """A code that is in force, and what it stands for."""

    code: str
    words: str


class Fault(View):
    """One thing that is wrong with what was sent, and where; of a wrong code also what may have been meant."""

    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    code: str
    detail: str
    nearest: list[Suggestion] | None = None


class Problem(View):
    """Why a service refused (RFC 9457)."""

    status: int
    code: str
    detail: str
    errors: list[Fault] = []
    existing: UUID | None = None


class Refused(Exception):
    """A service understood and turned down; `problem` says why, in words that people may read."""

    def __init__(self, problem: Problem, retry_after: str | None = None) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.retry_after = retry_after


class ServiceAway(Unavailable):
    """The service a page needs does not answer, or not as it says it does."""

    code = "service_unavailable"


@dataclass(frozen=True, slots=True)
class Edition(Generic[V]):
    """A record as it was when it was read, for whoever is to change it."""

    record: V
    etag: str


@dataclass(frozen=True, slots=True)
class Api:
    """The services behind the gateway, for one caller and one request; paths begin with the service's name."""

    http: httpx.AsyncClient
    token: str | None

    async def get(self, view: type[V], path: str, **query: Any) -> V:
        """Read one answer; of the query what is None is left out."""
        return (await self.edition(view, path, **query)).record

    async def edition(self, view: type[V], path: str, **query: Any) -> Edition[V]:
        """Read one answer with its ETag."""
        answer = await self._ask("GET", path, params=_asked(query))
        return Edition(_read(view, answer), answer.headers.get("etag", ""))

    async def raw(self, path: str, **query: Any) -> httpx.Response:
        """An answer as it came, such as a CSV."""
        return await self._ask("GET", path, params=_asked(query))

    async def post(self, view: type[V], path: str, body: Mapping[str, Any] | None = None, *, key: str) -> V:
        """Do something, once under that idempotency key however often it is sent."""
        answer = await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})
        return _read(view, answer)

    async def put(self, view: type[V], path: str, body: Mapping[str, Any], *, etag: str | None) -> V:
        """Replace the record that was read under that ETag; without one, make it where there is none.

        What cannot be an ETag is of no record as it stands, and is not sent: `*` would overwrite any.
        """
        if etag is not None and not _ETAG.fullmatch(etag):
            raise Refused(Problem(status=HTTPStatus.PRECONDITION_FAILED, code="stale_etag", detail=_NO_ETAG))
        condition = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
        return _read(view, await self._ask("PUT", path, json=body, headers=condition))

    async def _ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **sent: Any
    ) -> httpx.Response:
        told = {"X-Correlation-ID": tracing.current().correlation_id, **(headers or {})}
        if self.token:
            told["Authorization"] = f"Bearer {self.token}"
        try:
            answer = await self.http.request(method, path, headers=told, **sent)
        except httpx.HTTPError as error:
            get_logger().warning("service_unavailable", cause=where(error))
            raise ServiceAway(_SILENT) from error
        if answer.status_code in _AWAY:
            get_logger().warning("service_unavailable", cause=answer.status_code)
            raise ServiceAway(_SILENT)
        if answer.is_error:
            raise _refusal(answer)
        return answer


def _asked(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _read(view: type[V], answer: httpx.Response) -> V:
    try:
        return view.model_validate_json(answer.content)
    except ValidationError as error:
        raise ServiceAway("a part of the academy answers in a way that is not known here") from error


def _refusal(answer: httpx.Response) -> Exception:
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:
        status = HTTPStatus(answer.status_code)
        problem = Problem(status=status, code=status.name.lower(), detail=status.description)
    return Refused(problem, answer.headers.get("retry-after"))


async def _api(request: Request) -> Api:
    caller = cast("Caller | None", request.state.caller)
    return Api(cast("httpx.AsyncClient", request.app.state.http), caller.token if caller else None)


Services: TypeAlias = Annotated[Api, Depends(_api)]
"""The services, for whoever asks for the page."""
