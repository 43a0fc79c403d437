"""The page at the gateway's root, and the answers for what the gateway itself turns down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from academy.hints import program
from academy.local import serving
from academy.local.development import is_development
from academy.local.layout import ROOT
from academy.local.personas import PERSONAS
from academy.local.replayed import replaying, services_here
from academy.local.state import StateFolder
from shared.web import problems
from shared.web.pages import page, templates

_ASSETS = Path(__file__).with_name("assets")
_PROBLEMS = {
    413: ("body_too_large", "The body is larger than 256 KiB."),
    429: ("too_many_requests", "Too many requests at once; please wait a second."),
    502: ("service_unavailable", "The service is away for the moment; please try again shortly."),
    503: ("service_unavailable", "The service is away for the moment; please try again shortly."),
    504: ("service_slow", "The service did not answer in time; what was asked may still have happened."),
}
_SOON = {"Retry-After": "1"}
_VERDICT = "matches"
_PUBLISHED = ("figure", "kind", "published", "reproduced", "other_bases", "to_the_public")
_BESIDE = ("figure", "expected", "reproduced")
_API_DOCUMENTS = ROOT / "docs" / "api"
_EVENTS = ROOT / "docs" / "events"


def create_app(
    folder: StateFolder, environment: Mapping[str, str], services: Mapping[str, str] = MappingProxyType({})
) -> FastAPI:
    """Everything at the gateway's root that no service answers.

    `services`, with their addresses, are told where no state folder knows them. The gateway leads to issuer and
    mailbox in development only; elsewhere the page does not offer them.
    """
    app = serving.create_app("Home")
    written = templates("academy.local")
    personas = PERSONAS.values() if is_development(environment) else ()
    elsewhere = "academy" if services and "ACADEMY_PUBLIC_URL" in environment else None
    where = f" --gateway {environment['ACADEMY_PUBLIC_URL']}" if elsewhere else ""

    @app.get("/", response_class=HTMLResponse)
    async def index() -> HTMLResponse:
        running = services or services_here(folder.read())
        return page(
            written,
            "home.html.j2",
            services=[{"name": name, "purpose": purpose(name)} for name in running],
            personas=personas,
            reviews=review_tables(folder.path / "review.json"),
            time=await replaying(running),
            program=elsewhere or program(),
            where=where,
        )

    @app.get("/assets/{name}")
    async def asset(name: str) -> FileResponse:
        if name not in {file.name for file in _ASSETS.iterdir()}:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return FileResponse(_ASSETS / name)

    @app.get("/problems/{status}")
    async def problem(status: HTTPStatus) -> JSONResponse:
        if status < HTTPStatus.BAD_REQUEST:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        code, detail = _PROBLEMS.get(status, ("gateway_error", "The gateway could not pass this on."))
        return problems.problem(status, code, detail, headers=_SOON if status in {429, 502, 503} else None)

    @app.get("/events/")
    async def events() -> FileResponse:
        return FileResponse(_EVENTS / "README.md", media_type="text/markdown; charset=utf-8")

    @app.get("/events/asyncapi.yaml")
    async def asyncapi() -> FileResponse:
        return FileResponse(_EVENTS / "asyncapi.yaml", media_type="application/yaml")

    app.mount("/events", StaticFiles(directory=_EVENTS))
    app.add_exception_handler(HTTPStatus.NOT_FOUND, _not_here)
    return app


@cache
def purpose(service: str) -> str:
    """What the service says of itself in its API document: the services' code is not where this page runs."""
    try:
        return json.loads((_API_DOCUMENTS / f"{service}.json").read_text())["info"]["description"]
    except FileNotFoundError:
        return ""


async def _not_here(request: Request, error: Exception) -> JSONResponse:
    del request, error
    detail = "There is nothing at this address; the services are listed at /."
    return problems.problem(HTTPStatus.NOT_FOUND, "no_such_page", detail)


@dataclass(frozen=True, slots=True)
class ReviewTable:
    """The last review as a page shows it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Self:
        """Of each row what bears those names, and the verdict last."""
        columns = (*names, _VERDICT)
        return cls(
            tuple(name.replace("_", " ").capitalize() for name in columns),
            tuple(tuple(row.get(name) for name in columns) for row in rows),
        )


def review_tables(file: Path) -> Sequence[ReviewTable]:
    """The rows the last review wrote: what was published, then mails and events; none before the first review."""
    try:
        rows: list[dict[str, Any]] = json.loads(file.read_text())
    except FileNotFoundError:
        return ()
    published = [row for row in rows if row.get("published") is not None]
    beside = [row for row in rows if row.get("published") is None]
    return tuple(ReviewTable.of(part, names) for part, names in ((published, _PUBLISHED), (beside, _BESIDE)) if part)
