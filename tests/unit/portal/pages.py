"""A page without a service behind it: as whom, and on what path."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from services.portal.caller import Caller
from services.portal.frame.page import page
from services.portal.frame.templates import templates

HERE = Path(__file__).parent


def a_caller(*roles: str, name: str = "Asha Kaur") -> Caller:
    return Caller(
        name=name,
        roles=frozenset(roles),
        systems=frozenset(),
        person_id=None,
        organisation=None,
        csrf="the-csrf-token",
        token="the-token",
    )


def a_request(caller: Caller | None = None, path: str = "/") -> Request:
    app = FastAPI()
    app.state.templates = templates([HERE])
    scope: dict[str, Any] = {"type": "http", "method": "GET", "scheme": "http", "server": ("testserver", 80)}
    request = Request({**scope, "path": path, "query_string": b"", "headers": [], "app": app, "state": {}})
    request.state.caller = caller
    return request


def shown(template: str, *, caller: Caller | None = None, path: str = "/", **values: Any) -> str:
    return text_of(page(a_request(caller, path), template, **values))


def text_of(response: HTMLResponse) -> str:
    return bytes(response.body).decode()
