"""HTML from templates, with nothing loaded from outside this machine."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias, cast

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from shared.clock import Clock as ServiceClock
from shared.links import Links, LinkSettings

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def templates(package: str) -> Environment:
    """The templates of that package and what all pages share; a name they miss is an error."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("shared.web")]),
        autoescape=select_autoescape(("html", "html.j2", "j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(environment: Environment, template: str, *, code: int = 200, **values: Any) -> HTMLResponse:
    """The template filled in, under a policy by which it runs no script, loads nothing and asks its own origin only."""
    html = environment.get_template(template).render(**values)
    return HTMLResponse(html, code, headers={"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"})


def read_by_people(request: Request) -> bool:
    """A browser asks for HTML, programs seldom do."""
    return "text/html" in request.headers.get("accept", "")


async def _links(request: Request) -> Links:
    return cast("LinkSettings", request.app.state.settings).links()


async def _now(request: Request) -> datetime:
    clock = cast("ServiceClock", request.app.state.clock)
    await clock.refresh()
    return clock.now()


Signatures: TypeAlias = Annotated[Links, Depends(_links)]
Clock: TypeAlias = Annotated[datetime, Depends(_now)]
"""The service's own: whoever follows a link has no say in it."""
