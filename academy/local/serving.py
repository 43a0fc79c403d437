"""Several small applications in one process and one loop, ended by one signal."""

import asyncio
import signal
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from academy.local.ports import listening_address


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
        app, listening_address(), port, log_level="warning", access_log=False, timeout_graceful_shutdown=3
    )
