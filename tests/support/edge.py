"""The real gateway before real services, without Kafka: an attacker's view of it, quick to start.

Enrolment and talent are the services themselves on databases of their own; where coaching stands, an upstream
writes down what reaches a service.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from academy.local import issuer, mailbox, problems
from academy.local.addresses import Addresses
from academy.local.layout import GATEWAY, ISSUER, MAILBOX, PROBLEMS
from academy.local.ports import LOOPBACK
from academy.local.processes import Child
from academy.local.readiness import answers
from academy.local.state import StateFolder
from academy.local.traefik import Traefik
from services.enrolment.app import service as enrolment
from services.talent.app import service as talent
from tests.support.databases import connected, fresh_database
from tests.support.delivery import PATIENCE
from tests.support.platform import a_plan
from tests.support.services import ServiceUnderTest, serving
from tests.support.serving import served
from tests.support.tokens import Signer

UPSTREAMS = ("enrolment", "talent", "coaching", PROBLEMS, ISSUER, MAILBOX)
REAL = {"enrolment": enrolment, "talent": talent}
_DEVELOPMENT = {"ACADEMY_ENV": "development"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it reached a service."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Upstream:
    """Answers every request with 200 and remembers it."""

    seen: list[Seen] = field(default_factory=list[Seen])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        target = scope["raw_path"].decode("latin-1")
        self.seen.append(Seen(request.method, target, dict(request.headers), await request.body()))
        await JSONResponse({"upstream": True})(scope, receive, send)


@dataclass(slots=True)
class Edge:
    """The gateway's port, the services behind it, and what the upstream saw."""

    folder: StateFolder
    addresses: Addresses
    services: dict[str, ServiceUnderTest]
    upstream: Upstream
    signer: Signer

    @property
    def port(self) -> int:
        return self.addresses.port(GATEWAY)

    def behind(self, service: str) -> str:
        """The service's own address, which nobody outside reaches."""
        return self.addresses.http(service)

    def visitor(self, *roles: str) -> httpx.AsyncClient:
        """Somebody with these roles; without any, somebody without a token."""
        headers = {"Authorization": f"Bearer {self.signer.token(*roles)}"} if roles else {}
        return httpx.AsyncClient(base_url=self.addresses.gateway, headers=headers, timeout=PATIENCE)

    async def said(self, request: bytes) -> bytes:
        """All that comes back to these bytes until the gateway ends the connection, or is silent for a while."""
        reader, writer = await asyncio.open_connection(LOOPBACK, self.port)
        writer.write(request)
        told = b""
        try:
            async with asyncio.timeout(PATIENCE):
                while more := await asyncio.wait_for(reader.read(65_536), _SILENCE):
                    told += more
        except (TimeoutError, ConnectionResetError):
            pass
        writer.close()
        return told

    @asynccontextmanager
    async def another_gateway(self, **told: str | None) -> AsyncGenerator[httpx.AsyncClient]:
        """Before the same services, on the same ports, told otherwise; None takes away."""
        addresses = Addresses(a_plan(self.folder.path, parts={GATEWAY}, services=()))
        here = f"{LOOPBACK}:{addresses.port(GATEWAY)}"
        changes = {
            "TRAEFIK_ENTRYPOINTS_WEB_ADDRESS": here,
            "TRAEFIK_ENTRYPOINTS_ADMIN_ADDRESS": f"{LOOPBACK}:{addresses.port('gateway-admin')}",
        } | told
        command = Traefik(self.folder, self.addresses, UPSTREAMS, os.environ).command()
        environment = {n: v for n, v in {**command.environment, **changes}.items() if v is not None}
        gateway = Child(replace(command, environment=environment, grace_seconds=0))
        try:
            await answers(f"http://{here}/readyz")
            async with httpx.AsyncClient(base_url=f"http://{here}", timeout=PATIENCE) as client:
                yield client
        finally:
            await gateway.stop()


_SILENCE = 2.0
"""Seconds: who was told to end the connection after its answer and does not has said all it will."""


@asynccontextmanager
async def an_edge(postgres_admin: str, signer: Signer, path: Path) -> AsyncGenerator[Edge]:
    """All of it, until the block ends."""
    folder = StateFolder(path)
    folder.create()
    addresses = Addresses(a_plan(path, parts={GATEWAY, PROBLEMS, ISSUER, MAILBOX}, services=(*REAL, "coaching")))
    edge = Edge(folder, addresses, {}, Upstream(), signer)
    async with AsyncExitStack() as stack:
        for name, service in REAL.items():
            address = await stack.enter_async_context(fresh_database(postgres_admin, name))
            db = await stack.enter_async_context(connected(address, size=4))
            edge.services[name] = await stack.enter_async_context(serving(service, db, signer))
            app = edge.services[name].app
            await stack.enter_async_context(served(app, addresses.port(name), f"/{name}"))
        provider = issuer.Issuer(addresses.issuer, issuer.load_key(path / "issuer.json"), addresses.gateway)
        apps = {
            "coaching": edge.upstream,
            PROBLEMS: problems.create_app(),
            ISSUER: issuer.create_app(provider, _DEVELOPMENT),
            MAILBOX: mailbox.create_app(path / "mails", addresses.port("smtp"), _DEVELOPMENT),
        }
        for name, app in apps.items():
            await stack.enter_async_context(served(app, addresses.port(name)))
        gateway = Child(Traefik(folder, addresses, UPSTREAMS, os.environ).command())
        stack.push_async_callback(gateway.stop)
        await answers(f"{addresses.gateway}/readyz")
        yield edge
