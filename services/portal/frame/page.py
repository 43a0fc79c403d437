"""A page as a response: the frame around it knows the person, and the browser loads nothing from elsewhere."""

from collections.abc import Mapping
from typing import Any, cast

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from services.portal.caller import Caller
from services.portal.frame.navigation import navigation

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def page(request: Request, template: str, *, code: int = 200, **values: Any) -> HTMLResponse:
    """The template filled in. `done` says in the banner what has just been done, `form` what is wrong with it."""
    caller = caller_of(request)
    environment = cast("Environment", request.app.state.templates)
    html = environment.get_template(template).render(
        {
            "person": caller,
            "navigation": navigation(caller, request.url.path),
            "here": request.url.path,
            "csrf": caller.csrf if caller else "",
            "done": None,
            "form": None,
            **values,
        }
    )
    return HTMLResponse(html, code, headers=headers(caller))


def headers(caller: Caller | None) -> Mapping[str, str]:
    """Of a page. What a signed-in person sees is kept nowhere: the next one may sit at the same computer."""
    return {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store" if caller else "no-cache",
        "Vary": "Cookie",
    }


def caller_of(request: Request) -> Caller | None:
    """Who is signed in, if anybody is; nobody where that could not be found out, and the page is one of a problem."""
    return cast("Caller | None", getattr(request.state, "caller", None))
