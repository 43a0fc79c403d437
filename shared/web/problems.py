"""Refusals become RFC 9457 problems with a stable `code`; the one place where HTTP statuses are decided.

To the one who sent it a refusal may repeat a code, a known field's name or a character that is at fault, never more;
no error's message is logged.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from shared import errors
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
_LONGEST_FIELD, _LONGEST_CODE, _LONGEST_MESSAGE = 100, 40, 200
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
_RETRY_AFTER = {"Retry-After": "2"}


class Problem(BaseModel):
    """RFC 9457. `code` is stable and for programs, `detail` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] | None = None


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem as a response."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, code=code, detail=detail, errors=errors)
    return JSONResponse(body.model_dump(exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def status_of(error: errors.DomainError) -> HTTPStatus:
    """The status of the nearest kind the refusal descends from."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


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
    status = status_of(error)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers = _RETRY_AFTER
    return problem(status, error.code, str(error), headers=headers)


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 registered for this class
    found = found_in(error.errors())
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "malformed_body", "Some fields are not as they should be.", errors=found
    )


def found_in(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What is wrong with which field, under a stable code; never the whole of what stood there.

    Of fields that are not known only how many there are: their names are whatever the sender made up. An answer has
    some kilobytes, however much was wrong.
    """
    unknown = Counter(_field(e["loc"][:-1]) for e in errors if e["type"] == _UNKNOWN_FIELD)
    known = (e for e in errors if e["type"] != _UNKNOWN_FIELD)
    found = [_wrong(_field(e["loc"]), e["type"], e["msg"]) for e in islice(known, MOST_ERRORS)]
    found += [_wrong(field, _UNKNOWN_FIELD, _not_known(number)) for field, number in unknown.most_common(MOST_ERRORS)]
    left = len(errors) - sum(unknown.values()) + len(unknown) - MOST_ERRORS
    more = [_wrong("", "more_errors", f"and {left} more")] if left > 0 else []
    return found[:MOST_ERRORS] + more


def _wrong(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code[:_LONGEST_CODE], "message": message[:_LONGEST_MESSAGE]}


def _not_known(number: int) -> str:
    return "a field that is not known here" if number == 1 else f"{number} fields that are not known here"


def _field(place: Sequence[object]) -> str:
    return ".".join(map(_known, place))[:_LONGEST_FIELD]


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
