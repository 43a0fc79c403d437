"""What is no HTTP for the server's parser: no application is asked, and the answer is a problem all the same."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from academy.local.ports import LOOPBACK
from shared.web.server import HttpProtocol
from tests.service.shared.counters import value
from tests.support.delivery import PATIENCE
from tests.support.services import ServiceUnderTest

POST = b"POST /v1/increments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[int]:
    """The port at which the application is served."""
    config = Config(app, http=HttpProtocol, lifespan="off")
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpProtocol(config, state, {}), LOOPBACK, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def answer(port: int, said: bytes) -> tuple[str, dict[str, str], bytes]:
    """All that comes back until the other side ends the connection: status line, headers, body."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(said)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    status, *lines = head.decode().split("\r\n")
    return status, dict(line.lower().split(": ", 1) for line in lines), body


@pytest.mark.parametrize(
    "said",
    [
        b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Name: a\0b\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"BREW /livez HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /li vez HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
        POST + b"Content-Length: x\r\n\r\n{}",
        POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=lambda said: ascii(said)[2:50],
)
async def test_what_is_no_http_gets_a_problem_and_the_end(service: ServiceUnderTest, said: bytes) -> None:
    async with served(service.app) as port:
        status, headers, body = await answer(port, said)
    assert status == "HTTP/1.1 400 Bad Request"
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert int(headers["content-length"]) == len(body)
    problem = json.loads(body)
    assert (problem["type"], problem["status"], problem["code"]) == ("about:blank", 400, "no_http_request")
    assert await value(service.db) == 0


async def test_what_came_before_on_the_connection_is_answered(service: ServiceUnderTest) -> None:
    async with served(service.app) as port, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        await reader.readuntil(b"}")
        writer.write(b"no http\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        writer.close()


async def test_into_an_answer_that_has_begun_nothing_else_is_written() -> None:
    async def half(_: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    async with served(half) as port, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        await reader.readuntil(b"begun")
        writer.write(b"no chunk\r\n")
        assert await reader.read() == b""
        writer.close()
