"""What the portal is made of."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import httpx
from fastapi import APIRouter, Depends, FastAPI

from services.portal import problems
from services.portal.clients import api
from services.portal.clients.codes import CodeLists
from services.portal.frame.assets import ADDRESS, Assets
from services.portal.frame.templates import templates
from services.portal.pages import ROUTERS, TEMPLATES
from services.portal.settings import Settings
from services.portal.signing_in import routes as signing_in
from services.portal.signing_in.callers import identify, unforged
from services.portal.signing_in.provider import Provider
from shared.observability.health import Health
from shared.postgres import database
from shared.postgres.database import Database
from shared.web.keys import IssuerKeys, published
from shared.web.probes import probes
from shared.web.requests import App
from shared.web.tokens import Verifier


def create_app(settings: Settings, routers: Sequence[APIRouter] = ROUTERS) -> FastAPI:
    """Every page; each request finds out who asks, and each form is compared with their sign-in."""
    health = Health()
    app = App(
        title="Portal",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(identify), Depends(unforged)],
        lifespan=partial(_open, settings, health),
    )
    app.state.settings = settings
    app.state.templates = templates((*TEMPLATES, signing_in.TEMPLATES), development=settings.development)
    problems.install(app)
    app.include_router(probes("portal", "api", health))
    app.include_router(signing_in.router)
    for router in routers:
        app.include_router(router)
    app.mount(ADDRESS, Assets())
    return app


@asynccontextmanager
async def _open(settings: Settings, health: Health, app: FastAPI) -> AsyncGenerator[None]:
    """What pages work with; opened before the first is asked for."""
    async with AsyncExitStack() as stack:
        db = await Database.connect(settings.own.database_url, application="portal", size=settings.own.pool_size)
        stack.push_async_callback(db.close)
        health.add("postgres", partial(database.answers, db))
        serving = settings.serving
        app.state.db, app.state.provider, app.state.codes = db, Provider(settings), CodeLists()
        app.state.renewing = asyncio.Semaphore(
            max(1, settings.own.pool_size // 2)
        )  # a provider that hangs leaves the rest
        keys = IssuerKeys(partial(published, serving.oidc_issuer))
        app.state.verifier = Verifier(serving.oidc_issuer, serving.oidc_audience, keys)
        app.state.http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=settings.gateway, timeout=api.SECONDS, trust_env=False)
        )
        yield
        health.draining = True
