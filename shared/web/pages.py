"""HTML from templates, with nothing loaded from outside this machine."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias, cast

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from shared.clock import Clock as ServiceClock
from shared.links import Links, LinkSettings

_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src data:; "
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
    """The template filled in, under a policy that lets the page speak to its own origin only."""
    html = environment.get_template(template).render(**values)
    return HTMLResponse(html, code, headers={"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"})


async def _links(request: Request) -> Links:
    return cast("LinkSettings", request.app.state.settings).links()


async def _now(request: Request) -> datetime:
    clock = cast("ServiceClock", request.app.state.clock)
    await clock.refresh()
    return clock.now()


Signatures: TypeAlias = Annotated[Links, Depends(_links)]
Clock: TypeAlias = Annotated[datetime, Depends(_now)]
"""The service's own: whoever follows a link has no say in it."""
