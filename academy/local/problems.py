"""What the gateway itself turns down, and what nobody answers; it needs no other part, for any may be away."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from academy.local import serving
from shared.web import problems
from shared.web.pages import page, read_by_people, templates


@dataclass(frozen=True, slots=True)
class Words:
    """`code` and `detail` are for programs, the rest is what people read."""

    code: str
    detail: str
    title: str
    happened: str
    what_to_do: str
    retry_after: str | None = None


_WHOLE = "What you sent was either done as a whole or not at all."
_LOOK = "Wait a minute, then reload the page. If you sent something, look whether it was done before you send it again."

WORDS: Mapping[int, Words] = MappingProxyType(
    {
        413: Words(
            "body_too_large",
            "The body is larger than 256 KiB.",
            "That is too much at once",
            "What you sent is larger than we take. Nothing was changed.",
            "Go back and send less at once: shorten the text, or split the file.",
        ),
        429: Words(
            "too_many_requests",
            "Too many requests at once; please wait a second.",
            "Too many requests",
            "More was asked for in a short time than we can answer. Nothing of the last was changed.",
            "Wait a minute, then reload the page.",
            retry_after="1",
        ),
        502: Words(
            "service_unavailable",
            "The service is away for the moment; please try again shortly.",
            "Sorry, this page is away for the moment",
            f"Nothing was lost. {_WHOLE}",
            _LOOK,
            retry_after="1",
        ),
        504: Words(
            "service_slow",
            "The service did not answer in time; what was asked may still have happened.",
            "Sorry, that took too long",
            f"Nothing was lost. {_WHOLE}",
            _LOOK,
        ),
    }
)
_OTHERWISE = Words(
    "gateway_error",
    "The gateway could not pass this on.",
    "Sorry, there is a problem",
    f"Something went wrong on our side. {_WHOLE}",
    _LOOK,
)
_WRITTEN = templates("academy.local")


def create_app() -> FastAPI:
    """Everything at the gateway's root that nobody else answers."""
    app = serving.create_app("Problems")

    @app.get("/problems/{status}", response_class=HTMLResponse)
    async def problem(request: Request, status: HTTPStatus) -> Response:
        """To people a page, to programs a problem: the gateway passes on what was accepted, and nothing else."""
        if status < HTTPStatus.BAD_REQUEST:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        words = WORDS.get(status, _OTHERWISE)
        answer = _page(status, words) if read_by_people(request) else problems.problem(status, words.code, words.detail)
        answer.headers["Vary"] = "Accept"
        if words.retry_after:
            answer.headers["Retry-After"] = words.retry_after
        return answer

    app.add_exception_handler(HTTPStatus.NOT_FOUND, _not_here)
    return app


def _page(status: HTTPStatus, words: Words) -> Response:
    return page(_WRITTEN, "problem.html.j2", code=status, words=words)


async def _not_here(request: Request, error: Exception) -> JSONResponse:
    del request, error
    return problems.problem(HTTPStatus.NOT_FOUND, "no_such_page", "There is nothing at this address; begin at /.")
