"""How a route may turn a request down: what it and each of its dependencies are marked with, for the API's documents.

An error's docstring says when it comes, and its class what it tells besides.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.codes import UnknownCode, Vocabulary
from shared.errors import DomainError, Exists, Invalid
from shared.web.problems import Fault, Problem, status_of

F = TypeVar("F")
_MARK = "refuses"

_KNOWN_ALREADY = UUID("0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10")
_UNKNOWN_CODE = UnknownCode("8A", "bands", Vocabulary({"8a": "Band 8a"}), at=("band",))
_MISREAD = (
    Fault(pointer="#/email", code="missing", detail="Field required"),
    Fault(parameter="limit", code="less_than_equal", detail="Input should be less than or equal to 100"),
)


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A code, the status it comes under, and when; and for an example which faults it names, or which record."""

    status: HTTPStatus
    code: str
    when: str
    errors: tuple[Fault, ...] = field(default=(), compare=False)
    existing: UUID | None = field(default=None, compare=False)

    @property
    def example(self) -> Problem:
        """The answer it may be."""
        return Problem(
            title=self.status.phrase,
            status=self.status,
            code=self.code,
            detail=self.when,
            errors=list(self.errors) or None,
            existing=self.existing,
        )


def refuses(*errors: type[DomainError]) -> Callable[[F], F]:
    """Mark a route, or a dependency, with the errors it raises; an object has them as `refuses`."""

    def mark(function: F) -> F:
        setattr(function, _MARK, errors)
        return function

    return mark


def of_route(route: APIRoute) -> list[Refusal]:
    """What is known of a route, by status and code."""
    marked = {error for call in _calls(route.dependant) for error in getattr(call, _MARK, ())}
    return sorted({*map(_of_error, marked), *_of_protocol(route)})


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def _of_error(error: type[DomainError]) -> Refusal:
    said = (error.__doc__ or "").partition("\n\n")[0].replace(f" (HTTP {status_of(error).value})", "")
    when = " ".join(said.split())
    existing = _KNOWN_ALREADY if issubclass(error, Exists) else None
    return Refusal(status_of(error), error.code, when, _faults(error, when), existing)


def _faults(error: type[DomainError], when: str) -> tuple[Fault, ...]:
    if issubclass(error, UnknownCode):
        return (Fault.of(_UNKNOWN_CODE),)
    if issubclass(error, Invalid) and error.place:
        return (Fault.of(error(when)),)
    return ()


def _of_protocol(route: APIRoute) -> Iterator[Refusal]:
    """What no route says of itself, for it follows from what is sent."""
    yield from _ALWAYS
    dependant = route.dependant
    if dependant.path_params or any(inner.query_params for inner in _within(dependant)):
        yield from _IN_A_TARGET
    if route.body_field:
        yield from _IN_A_BODY
    yield _NOT_AS_DESCRIBED


def _within(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _within(inner)


_ALWAYS = (
    Refusal(
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "request_header_fields_too_large", "A header has at most 16 KiB."
    ),
    Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_requests",
        "The caller's budget is spent; `Retry-After` says when to go on.",
    ),
    Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable", "The service's database is away; nothing was changed."
    ),
    Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE, "service_stopping", "The service is being stopped; send the request again."
    ),
)
_IN_A_TARGET = (
    Refusal(HTTPStatus.BAD_REQUEST, "target_unusable", "Path and query are percent-encoded UTF-8 without NUL."),
)
_IN_A_BODY = (
    Refusal(HTTPStatus.BAD_REQUEST, "bad_request", "The body is not UTF-8, or not JSON that can be read."),
    Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "A body has at most 256 KiB."),
)
_NOT_AS_DESCRIBED = Refusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "malformed_body",
    "Body, parameters or headers are not as described; `errors` says where and why.",
    _MISREAD,
)
