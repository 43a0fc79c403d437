"""Applications of a test's own process on a port of this machine, as they stand behind the gateway."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from academy.local.ports import LOOPBACK
from academy.local.readiness import answers
from shared.web.server import PARSING


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def served(app: ASGIApp, port: int, root_path: str = "") -> AsyncGenerator[None]:
    """By the services' own server, until the block ends."""
    server = _Server(uvicorn.Config(app, LOOPBACK, port, log_level="critical", root_path=root_path, **PARSING))
    task = asyncio.create_task(server.serve())
    try:
        await answers(f"http://{LOOPBACK}:{port}/readyz")
        yield
    finally:
        server.should_exit = True
        await task
