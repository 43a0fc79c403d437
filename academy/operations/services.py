"""The services' operations API behind the gateway: all asked at once; one that is away hides nobody else's answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, Self, TypeVar, cast

import httpx
from pydantic import BaseModel, ValidationError

from academy.operations.access import Access, CliError

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_PAGE = 100
_PATIENCE_SECONDS = 5.0
"""How long a service may be away before it is reported: a restarted one is back by then."""

_ANSWER_SECONDS = 15.0
_PAUSE_SECONDS = 0.3
_UNAVAILABLE = frozenset({429, 502, 503, 504})


class NotAllowed(CliError):
    """The token does not hold at this academy, or lacks the role."""


class NoAnswer(Exception):
    """A service said nothing of use; the others may."""


class NotThere(NoAnswer):
    """The service knows no such event."""


class Unfit(NoAnswer):
    """The service understood and will not."""


@dataclass(frozen=True, slots=True)
class ServiceResult(Generic[T]):
    """What one service told, or why it told nothing."""

    service: str
    value: T | None = None
    error: str = ""


class Services:
    """A client of several services; use as an async context manager."""

    def __init__(self, access: Access, names: Sequence[str]) -> None:
        """`names` are the services asked by `each`."""
        self.names = names
        self._address = access.address
        headers = {"Authorization": f"Bearer {access.token}"}
        self._http = httpx.AsyncClient(headers=headers, timeout=httpx.Timeout(_ANSWER_SECONDS, connect=3))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def each(self, ask: Callable[[str], Awaitable[T]]) -> list[ServiceResult[T]]:
        """Ask every service at once; NotAllowed when the token will not do."""
        return list(await asyncio.gather(*(self._result(name, ask) for name in self.names)))

    async def items(self, service: str, path: str, kind: type[M], *, most: int, **query: str) -> list[M]:
        """The first `most` items of a paged list."""
        found: list[M] = []
        after: str | None = None
        while len(found) < most:
            limit = str(min(_PAGE, most - len(found)))
            page = await self.get(service, path, **query, limit=limit, **({"after": after} if after else {}))
            found += [kind.model_validate(item) for item in page["items"]]
            after = page["next"]
            if after is None:
                break
        return found

    async def get(self, service: str, path: str, **query: str) -> Any:
        """The answer's JSON."""
        return await self._ask("GET", service, path, params=query)

    async def post(
        self, service: str, path: str, body: Mapping[str, Any], *, key: str, seconds: float = _ANSWER_SECONDS
    ) -> Any:
        """The answer's JSON; `key` is the Idempotency-Key, so that a repeat after a lost answer changes nothing."""
        return await self._ask("POST", service, path, json=body, headers={"Idempotency-Key": key}, timeout=seconds)

    async def _result(self, name: str, ask: Callable[[str], Awaitable[T]]) -> ServiceResult[T]:
        try:
            return ServiceResult(name, await ask(name))
        except NoAnswer as error:
            return ServiceResult(name, error=str(error))
        except ValidationError as error:
            return ServiceResult(
                name, error=f"answers what is not understood ({error.title}): is it of another release?"
            )

    async def _ask(self, method: str, service: str, path: str, **sent: Any) -> Any:
        url, started = f"{self._address}/{service}/v1/operations/{path}", time.monotonic()
        while True:
            try:
                answer = await self._http.request(method, url, **sent)
            except httpx.HTTPError as error:
                why = f"does not answer at {self._address} ({type(error).__name__})"
            else:
                if answer.status_code not in _UNAVAILABLE:
                    return _read(answer)
                why = f"does not answer ({answer.status_code} from the gateway)"
            if time.monotonic() - started > _PATIENCE_SECONDS:
                raise NoAnswer(why)
            await asyncio.sleep(_PAUSE_SECONDS)


def _read(answer: httpx.Response) -> Any:
    if answer.is_success:
        try:
            return answer.json()
        except ValueError:
            raise NoAnswer("answers what is no JSON: is it behind this gateway?") from None
    code, detail = _problem(answer)
    match answer.status_code:
        case HTTPStatus.UNAUTHORIZED:
            raise NotAllowed("the token is not valid here or has expired: take a new one, and set ACADEMY_TOKEN")
        case HTTPStatus.FORBIDDEN:
            raise NotAllowed("the token lacks the role ops: ask for it, or take the persona's: `academy token ops`")
        case HTTPStatus.NOT_FOUND if code in {"not_found", "not_parked"}:
            raise NotThere(detail)
        case HTTPStatus.NOT_FOUND:
            raise NoAnswer("is not reached by this gateway (404)")
        case status:
            raise Unfit(f"refuses: {detail} ({status} {code})")


def _in_words(fault: dict[str, Any]) -> str:
    place = fault.get("pointer") or fault.get("parameter") or fault.get("header")
    return f"{place}: {fault['detail']}"


def _problem(answer: httpx.Response) -> tuple[str, str]:
    """Code and detail of an RFC 9457 problem, with the fields it complains of."""
    try:
        told = cast("dict[str, Any]", answer.json())
        places = "; ".join(map(_in_words, told.get("errors") or ()))
        return str(told["code"]), places or str(told["detail"])
    except (ValueError, KeyError, TypeError):
        return "unknown", f"an answer of {len(answer.content)} bytes that is no problem document"
