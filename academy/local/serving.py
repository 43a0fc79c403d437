"""Several small applications in one process and one loop, ended by one signal."""

import asyncio
import signal
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager

import uvicorn
from fastapi import FastAPI

from academy.local.ports import listening_address
from shared.web import problems
from shared.web.requests import App
from shared.web.server import PARSING


def create_app(title: str, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """A part of the local platform: ready once it answers, and on HTTP as the services are, HEAD and problems alike."""
    app = App(title=title, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    problems.install(app)

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Signals are taken once, for all servers of the process."""
        yield


async def serve(apps: Mapping[int, FastAPI]) -> None:
    """Serve each application on its port until SIGTERM or SIGINT."""
    servers = [_Server(_config(app, port)) for port, app in apps.items()]

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.gather(*(server.serve() for server in servers))


def _config(app: FastAPI, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        listening_address(),
        port,
        **PARSING,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
    )
