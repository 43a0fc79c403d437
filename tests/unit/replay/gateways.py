"""A small HTTP server in the test's own process: answers as told, remembers what it was asked."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answers = Callable[["Asked"], web.Response | Awaitable[web.Response]]


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Server:
    answer: Answers
    address: str = ""
    asked: list[Asked] = field(default_factory=list[Asked])

    async def handle(self, request: web.Request) -> web.Response:
        asked = Asked(
            request.method, request.path, dict(request.headers), await request.json() if request.can_read_body else None
        )
        self.asked.append(asked)
        try:
            answer = self.answer(asked)
            return answer if isinstance(answer, web.Response) else await answer
        except ConnectionResetError:
            assert request.transport
            request.transport.abort()
            raise


@asynccontextmanager
async def serving(answer: Answers) -> AsyncGenerator[Server]:
    server = Server(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
