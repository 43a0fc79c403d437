"""Whatever goes wrong ends as a page that says what happened and what to do; to programs, as a problem (RFC 9457)."""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.portal.clients.api import Refused
from services.portal.frame.forms import Form
from services.portal.frame.problems import place, problem_page, sign_in
from services.portal.signing_in.callers import FormForged, SignInNeeded, identify
from shared.errors import DomainError
from shared.postgres.database import INFRASTRUCTURE
from shared.web import problems
from shared.web.pages import read_by_people
from shared.web.tokens import TokenRefused

_SOON = {"Retry-After": "1"}
_PASSING = frozenset({429, 503})
"""What may be tried again as it was."""

_OVERDUE = frozenset({"token_refused", "unauthenticated"})


def install(app: FastAPI) -> None:
    """Let every error of the app leave in one of these ways."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(DomainError, _refused_here)
    app.add_exception_handler(Refused, _refused_there)
    for away in INFRASTRUCTURE:
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(Exception, _unforeseen)


async def _http(request: Request, error: Exception) -> Response:
    told = cast("HTTPException", error)
    if told.status_code == HTTPStatus.NOT_FOUND:
        return await _problem(request, 404, "no_such_page", "There is nothing at this address; begin at /.")
    status = HTTPStatus(told.status_code)
    return await _problem(request, status, status.name.lower(), str(told.detail), headers=told.headers)


async def _malformed(request: Request, error: Exception) -> Response:
    """A part of the address is not what it should be, such as an id: there is no such page. Else a form is broken."""
    places = {str(fault["loc"][0]) for fault in cast("RequestValidationError", error).errors()}
    if "path" in places:
        return await _problem(request, 404, "no_such_page", "There is nothing at this address; begin at /.")
    return await _problem(request, 400, "malformed", "A part of the address or of the form cannot be read.")


async def _refused_here(request: Request, error: Exception) -> Response:
    refusal = cast("DomainError", error)
    if isinstance(refusal, (SignInNeeded, TokenRefused)):
        return await _sign_in(request, refusal.code)
    status = problems.status_of(type(refusal))
    return await _problem(request, status, refusal.code, str(refusal), headers=_SOON if status == 503 else None)  # noqa: PLR2004


async def _refused_there(request: Request, error: Exception) -> Response:
    refusal = cast("Refused", error)
    told = refusal.problem
    if told.status == HTTPStatus.UNAUTHORIZED or told.code in _OVERDUE:
        return await _sign_in(request, told.code)
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else None
    worded = told.status in {409, 412, 422}
    return await _problem(request, told.status, told.code, told.detail, worded=worded, headers=headers)


async def _database_away(request: Request, error: Exception) -> Response:
    del error
    request.state.caller = None
    return await _problem(request, 503, "database_unavailable", "The pages' database is away for the moment.")


async def _unforeseen(request: Request, error: Exception) -> Response:
    del error
    return await _problem(request, 500, "internal_error", "Something went wrong on our side; nothing was changed.")


async def _sign_in(request: Request, code: str) -> Response:
    """To the provider, and back to the page that was asked for; a form that was sent is kept on a page that says so."""
    if not read_by_people(request):
        return await _problem(request, 401, code, "sign in first")
    if request.method != "GET":
        return problem_page(request, 401, code=code, again=await _of_ours(request))
    return RedirectResponse(sign_in(place(request)), HTTPStatus.SEE_OTHER)


async def _problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    worded: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """For people in the usual words of the status, unless a service has better ones; for programs as it is."""
    told = dict(headers or {})
    if not read_by_people(request):
        return problems.problem(status, code, detail, headers=told)
    if not hasattr(request.state, "caller"):
        with suppress(*INFRASTRUCTURE, DomainError):
            await identify(request)
    again = await _of_ours(request) if code == FormForged.code else _passed(request, status)
    answer = problem_page(request, status, code=code, happened=_sentence(detail) if worded else None, again=again)
    answer.headers.update(told)
    return answer


def _passed(request: Request, status: int) -> Form | None:
    return getattr(request.state, "sent", None) if status in _PASSING else None


async def _of_ours(request: Request) -> Form | None:
    """What was typed into a form of an older sign-in, to be sent by a form of this one.

    Only where the browser says that a page of ours sent it: what another site made up is not shown as one's own.
    """
    if request.headers.get("sec-fetch-site") != "same-origin":
        return None
    form = Form.of(await request.form())
    return form if form.answers else None


def _sentence(words: str) -> str:
    begun = words[:1].upper() + words[1:]
    return begun if begun.endswith((".", "?", "!")) else f"{begun}. Nothing was changed."
