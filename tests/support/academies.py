"""All services at once, each on a database of its own."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

from fastapi import FastAPI

from shared.service import Service
from shared.web.app import create_app
from tests.support.databases import connected, fresh_database
from tests.support.packages import SERVICES
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer


def the_service(name: str) -> Service:
    return import_module(f"services.{name}.app").service


def app_of(name: str) -> FastAPI:
    """The service's app as its documents describe it; nothing behind it."""
    service = the_service(name)
    routers = (*service.routers, *service.operated_by())
    return create_app(
        name=name,
        title=service.title,
        description=service.description,
        tags=service.tags,
        routers=routers,
        provides=service.provides,
    )


@asynccontextmanager
async def one_service(postgres_admin: str, signer: Signer, name: str) -> AsyncGenerator[ServiceUnderTest]:
    """The service on a database of its own."""
    async with (
        fresh_database(postgres_admin, name) as address,
        connected(address) as db,
        serving(the_service(name), db, signer) as under_test,
    ):
        yield under_test


@asynccontextmanager
async def all_services(postgres_admin: str, signer: Signer) -> AsyncGenerator[dict[str, ServiceUnderTest]]:
    async with AsyncExitStack() as stack:
        running: dict[str, ServiceUnderTest] = {}
        for name in SERVICES:
            running[name] = await stack.enter_async_context(one_service(postgres_admin, signer, name))
        yield running
