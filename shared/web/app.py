"""The FastAPI app every service is built on, and the two dependencies every route may ask for: `Db` and `Now`."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias, TypeVar, cast

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from shared.clock import Clock, TimeShiftRefused
from shared.fields import Moment
from shared.postgres.database import Database
from shared.web import documents, problems
from shared.web.principal import Verified
from shared.web.requests import App

T = TypeVar("T")


_OF_EACH = MappingProxyType(
    {
        "codes": "The code lists of this service: what a record may say, and from when until when.",
        "operations": "For ops: how far events have come, and what to do where they are stuck.",
    }
)
"""Tags that every service has."""


def _db(request: Request) -> Database:
    return cast("Database", request.app.state.db)


async def _database(request: Request) -> Database:
    return _db(request)


async def _now(
    request: Request,
    claims: Verified,
    academy_time: Annotated[Moment | None, Header(include_in_schema=False)] = None,
) -> datetime:
    """`Academy-Time` is for replays alone, and refused to everybody else: the API's documents need not offer it."""
    clock = cast("Clock", request.app.state.clock)
    if academy_time is None:
        await clock.refresh()
        return clock.now()
    if not request.app.state.replaying or "replay" not in claims.roles:
        raise TimeShiftRefused("Academy-Time is for replays only")
    await clock.must_reach(academy_time)
    await clock.advance_to(academy_time)
    return academy_time


Db: TypeAlias = Annotated[Database, Depends(_database)]
Now: TypeAlias = Annotated[datetime, Depends(_now)]
"""The moment the request happens."""


def provided(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency on what `app.py` provides of that class, which the routes' own capability cannot know.

    Not by `dependency_overrides`: while there are any, FastAPI takes every dependency apart anew for each request.
    """

    async def find(request: Request) -> T:
        return cast("Mapping[type, Any]", request.app.state.provided)[kind]

    return find


def create_app(
    *,
    name: str,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    tags: Mapping[str, str] = MappingProxyType({}),
    provides: Mapping[type, object] = MappingProxyType({}),
) -> FastAPI:
    """A service's app: its routers, problems for every error, request ids, metrics, API docs from this machine alone.

    `tags` says of each tag of the routers what it is for; `provides` has an object of each class that a route asks for
    by `provided`.
    The runtime sets `app.state.db`, `.clock`, `.replaying` and `.verifier` before the first request.
    """
    app = App(
        title=title,
        description=description,
        version="1",
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        generate_unique_id_function=partial(_operation, name),
    )
    app.state.provided = provides
    problems.install(app)
    for router in routers:
        app.include_router(router, responses={"default": {"model": problems.Problem}})
    documents.install(app, _routes(routers), {**tags, **_OF_EACH})
    _serve_documents(app)
    return app


def _routes(routers: Iterable[APIRouter]) -> list[APIRoute]:
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


class _Assets(StaticFiles):
    """The API docs' scripts: the same for everybody, so that a browser may keep them for a day."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, or that it has not changed."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer


def _serve_documents(app: FastAPI) -> None:
    app.mount("/docs/assets", _Assets(packages=[("fastapi_offline", "static")]), name="docs-assets")

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_swagger_ui_html(
            openapi_url=f"{root}/openapi.json",
            title=app.title,
            swagger_js_url=f"{root}/docs/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/docs/assets/swagger-ui.css",
            swagger_favicon_url=f"{root}/docs/assets/favicon.png",
            swagger_ui_parameters={"persistAuthorization": True, "displayRequestDuration": True},
        )


def _operation(service: str, route: APIRoute) -> str:
    return f"{route.tags[0] if route.tags else service}_{route.name}"
