"""Refusals become RFC 9457 problems with a stable `code`; the one place where HTTP statuses are decided.

To the one who sent it a refusal may repeat a code, a known field's name or a character that is at fault, never more;
no error's message is logged.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from types import MappingProxyType
from typing import Any, Self, cast
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from shared import errors
from shared.codes import UnknownCode
from shared.observability.logs import get_logger, where
from shared.postgres.database import INFRASTRUCTURE

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[errors.DomainError], HTTPStatus] = MappingProxyType(
    {
        errors.Malformed: HTTPStatus.BAD_REQUEST,
        errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
        errors.Forbidden: HTTPStatus.FORBIDDEN,
        errors.NotFound: HTTPStatus.NOT_FOUND,
        errors.Conflict: HTTPStatus.CONFLICT,
        errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
        errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
        errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.DomainError: HTTPStatus.CONFLICT,
    }
)

MOST_ERRORS = 20
_UNKNOWN_FIELD = "extra_forbidden"
_LONGEST_FIELD, _LONGEST_CODE, _LONGEST_DETAIL = 100, 40, 500
_PARAMETERS = MappingProxyType({"path": "parameter", "query": "parameter", "header": "header"})
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
_RETRY_AFTER = {"Retry-After": "2"}


class Suggestion(BaseModel):
    """A code that is in force, and what it stands for."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(description="A code that is in force.", examples=["8a"])
    words: str = Field(description="What it stands for.", examples=["Band 8a"])


def _untold(found: object) -> bool:
    """What a fault does not have is left out, in problems and in rows of batches alike."""
    return found is None


class Fault(BaseModel):
    """One thing that is wrong with a request, and where: in the body, a parameter of its path or query, a header.

    Of a code that is not in force also what may have been meant, and where its list is.
    """

    pointer: str | None = Field(
        default=None, exclude_if=_untold, description="In the body (RFC 6901).", examples=["#/band"]
    )
    parameter: str | None = Field(default=None, exclude_if=_untold, description="In path or query.", examples=["limit"])
    header: str | None = Field(default=None, exclude_if=_untold, description="Of the request.", examples=["If-Match"])
    code: str = Field(description="What is wrong, for programs.", examples=["unknown_code"])
    detail: str = Field(description="What is wrong, for people.", examples=["'8z' is not in force in bands"])
    nearest: list[Suggestion] | None = Field(
        default=None, exclude_if=_untold, description="Of a wrong code: what may have been meant."
    )
    codes: str | None = Field(
        default=None, exclude_if=_untold, description="The list, at this service.", examples=["/v1/codes/bands"]
    )

    @classmethod
    def of(cls, refusal: errors.Invalid) -> Self:
        """A field that breaks a rule."""
        told = cls(pointer=_pointer(refusal.at), code=refusal.code, detail=str(refusal)[:_LONGEST_DETAIL])
        if not isinstance(refusal, UnknownCode):
            return told
        near = [Suggestion.model_validate(code) for code in refusal.nearest]
        return told.model_copy(update={"nearest": near, "codes": refusal.path})


class Problem(BaseModel):
    """RFC 9457. `code` is stable and for programs, `detail` is for people; `errors` are all that was found at once."""

    type: str = Field(default="about:blank", description="Always the same: `code` tells problems apart.")
    title: str = Field(description="The status in words.", examples=["Conflict"])
    status: int = Field(description="The HTTP status.", examples=[409])
    code: str = Field(description="Which rule; stable.", examples=["cohort_full"])
    detail: str = Field(description="What happened.", examples=["all 20 places of the cohort are taken"])
    errors: list[Fault] | None = Field(default=None, description="Of a request that is wrong in itself: each fault.")
    existing: UUID | None = Field(default=None, description="The id of the record that is there already.")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[Fault] | None = None,
    existing: UUID | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem as a response."""
    title = HTTPStatus(status).phrase
    body = Problem(title=title, status=status, code=code, detail=detail, errors=errors, existing=existing)
    return JSONResponse(body.model_dump(mode="json", exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def status_of(refusal: type[errors.DomainError]) -> HTTPStatus:
    """The status of the nearest kind the refusal descends from."""
    return next(STATUS[kind] for kind in refusal.__mro__ if kind in STATUS)


def install(app: FastAPI) -> None:
    """Let every error of the app leave as a problem."""
    app.add_exception_handler(errors.DomainError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    for away in INFRASTRUCTURE:
        app.add_exception_handler(away, _unavailable)
    app.add_exception_handler(Exception, _unforeseen)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.DomainError)  # noqa: S101 registered for this class
    status = status_of(type(error))
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers = _RETRY_AFTER
    existing = error.existing if isinstance(error, errors.Exists) else None
    return problem(status, error.code, _in_words(error), errors=_faults(error), existing=existing, headers=headers)


def _in_words(error: errors.DomainError) -> str:
    more = len(error.beside) if isinstance(error, errors.Invalid) else 0
    return f"{error} (and {more} more; see `errors`)" if more else str(error)


def _faults(error: errors.DomainError) -> list[Fault] | None:
    """All that is wrong, where it can be told of what."""
    if not (isinstance(error, errors.Invalid) and error.at):
        return None
    return [Fault.of(fault) for fault in (error, *error.beside)][:MOST_ERRORS]


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 registered for this class
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "malformed_body",
        "Some fields are not as they should be.",
        errors=found_in(error.errors(), error.body),
    )


def found_in(errors: Sequence[Mapping[str, Any]], body: object) -> list[Fault]:
    """What is wrong with which field, under a stable code; never the whole of what stood there.

    Of fields that are not known only how many there are: their names are whatever the sender made up. An answer has
    some kilobytes, however much was wrong.
    """
    unknown = Counter(_place(e["loc"][:-1], body) for e in errors if e["type"] == _UNKNOWN_FIELD)
    known = (e for e in errors if e["type"] != _UNKNOWN_FIELD)
    found = [_fault(_place(e["loc"], body), e["type"], e["msg"]) for e in islice(known, MOST_ERRORS)]
    found += [_fault(place, _UNKNOWN_FIELD, _not_known(number)) for place, number in unknown.most_common(MOST_ERRORS)]
    left = len(errors) - sum(unknown.values()) + len(unknown) - MOST_ERRORS
    more = [_fault(("pointer", "#"), "more_errors", f"and {left} more")] if left > 0 else []
    return found[:MOST_ERRORS] + more


def _fault(place: tuple[str, str], code: str, detail: str) -> Fault:
    kind, name = place
    told = {"code": code[:_LONGEST_CODE], "detail": detail[:_LONGEST_DETAIL]}
    return Fault.model_validate({kind: name, **told})


def _not_known(number: int) -> str:
    return "a field that is not known here" if number == 1 else f"{number} fields that are not known here"


def _place(location: errors.Place, body: object) -> tuple[str, str]:
    """Where pydantic found it, as a fault tells it: which of the three places, and the name there."""
    kind, *rest = location or ("body",)
    if kind in _PARAMETERS:
        return _PARAMETERS[str(kind)], _known(rest[0]) if rest else ""
    return "pointer", _pointer(_sent(rest if kind == "body" else location, body))


def _sent(location: Iterable[str | int], body: object) -> Iterator[str | int]:
    """The fields on the way, without what pydantic tells of its own: which side of a union it tried, a byte's number.

    A field that is missing is told as well.
    """
    at: Any = body
    for part in location:
        if _is_in(part, at):
            yield part
            at = at[part]
        elif isinstance(part, str) and _has_fields(at):
            yield part
            return


def _is_in(part: str | int, sent: Any) -> bool:
    if isinstance(part, int):
        return isinstance(sent, list) and part < len(cast("list[Any]", sent))
    return _has_fields(sent) and part in sent


def _has_fields(sent: object) -> bool:
    return isinstance(sent, Mapping)


def _pointer(place: Iterable[str | int]) -> str:
    return "".join(("#", *(f"/{_known(part)}" for part in place)))[:_LONGEST_FIELD]


def _known(part: object) -> str:
    """The place of a row or the name of a field; one the caller made up is told where it has a name's form."""
    name = str(part)
    return name if _NAME.fullmatch(name) else "?"


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 registered for this class
    status = HTTPStatus(error.status_code)
    headers = {"Allow": _allowed(request)} if status == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
    return problem(status, status.name.lower(), str(error.detail), headers=headers)


def _allowed(request: Request) -> str:
    """Of all routes on the path; Starlette tells of the first. HEAD is answered wherever GET is; a mount has files."""
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]
    asked = [{**request.scope, "method": method} for method in _METHODS]
    found = [scope["method"] for scope in asked if any(r.matches(scope)[0] == Match.FULL for r in routes)]
    return ", ".join(found or ["GET"]).replace("GET", "GET, HEAD")


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    get_logger().warning("database_unavailable", cause=where(error))
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "database_unavailable",
        "The service's database is away for the moment; nothing was changed. Please try again shortly.",
        headers=_RETRY_AFTER,
    )


def stopping() -> JSONResponse:
    """To whom the process could not answer before its end."""
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "service_stopping",
        "The service is being stopped, and was not done with this request. Please send it again; under the same "
        "Idempotency-Key a command is carried out once.",
        headers=_RETRY_AFTER,
    )


async def _unforeseen(_: Request, error: Exception) -> JSONResponse:
    """In place of Starlette's plain text; `RequestContextMiddleware` gets the error all the same, and tells of it."""
    del error
    return unexpected()


def failed(error: BaseException, request_id: str) -> None:
    """Class and place of what nobody foresaw go to the log; of the id, which the caller may have made up, a name."""
    get_logger().error("request_failed", cause=where(error), request_id=_known(request_id))


def unexpected() -> JSONResponse:
    """The catch-all's answer: of what happened it tells nothing."""
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Something went wrong on our side; nothing was changed.",
    )
