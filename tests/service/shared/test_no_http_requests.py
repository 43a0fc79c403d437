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
from shared.web.server import PARSING, HttpProtocol
from tests.service.shared.counters import value
from tests.support.delivery import PATIENCE
from tests.support.services import ServiceUnderTest

POST = b"POST /v1/increments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[int]:
    """The port at which the application is served."""
    config = Config(app, **PARSING, lifespan="off")
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
    ("said", "status", "code"),
    [
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Name: a\0b\r\n\r\n", 400, "no_http_request"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400, "no_http_request"),
        (b"GET /" + b"a" * 70_000, 400, "no_http_request"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 414, "target_too_long"),
        (b"BREW /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 501, "method_unknown"),
        (b"GET /li vez HTTP/1.1\r\nHost: x\r\n\r\n", 400, "no_http_request"),
        (b"GET /livez HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n", 505, "http_version_not_supported"),
        (POST + b"Content-Length: x\r\n\r\n{}", 400, "no_http_request"),
        (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, "no_http_request"),
        (POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 411, "length_required"),
        (POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411, "length_required"),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n{}", 400, "no_http_request"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n", 400, "no_http_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "no_http_request"),
    ],
    ids=lambda given: ascii(given)[2:50] if isinstance(given, bytes) else "",
)
async def test_what_is_no_http_gets_a_problem_and_the_end(
    service: ServiceUnderTest, said: bytes, status: int, code: str
) -> None:
    async with served(service.app) as port:
        line, headers, body = await answer(port, said)
    assert line.startswith(f"HTTP/1.1 {status} ")
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert int(headers["content-length"]) == len(body)
    problem = json.loads(body)
    assert (problem["type"], problem["status"], problem["code"]) == ("about:blank", status, code)
    assert await value(service.db) == 0


def an_increment(service: ServiceUnderTest, key: str, *more: str) -> bytes:
    token = service.as_("programme_lead").headers["authorization"]
    lines = [f"Authorization: {token}", f"Idempotency-Key: {key}", "Content-Length: 9", *more]
    return POST + "\r\n".join(lines).encode() + b'\r\n\r\n{"by": 7}'


@pytest.mark.parametrize("upgrade", ["h2c", "websocket", "foo"])
@pytest.mark.parametrize("apart", [True, False])
async def test_an_upgrade_nobody_offers_is_a_request_like_any(
    service: ServiceUnderTest, upgrade: str, *, apart: bool
) -> None:
    """What stands in its body is no request."""
    inner = an_increment(service, "inner")
    outer = (
        f"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\nContent-Length: {len(inner)}"
    )
    own = an_increment(service, "own", "Connection: Upgrade", f"Upgrade: {upgrade}")
    async with served(service.app) as port, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(outer.encode() + b"\r\n\r\n" + (b"" if apart else inner))
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.write((inner if apart else b"") + own)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        said = (await reader.read()).decode()
        writer.close()
    assert said.count("HTTP/1.1 200") == 1
    assert said.count("HTTP/1.1 201") == 1
    assert await value(service.db) == 7


@pytest.mark.parametrize("target", ["http://x/livez", "HTTPS://x:1/livez", "/livez?http://y/", "/livez"])
async def test_a_target_may_name_its_host(service: ServiceUnderTest, target: str) -> None:
    said = f"GET {target} HTTP/1.1\r\nHost: x\r\nRange: bytes=zz\r\nConnection: close\r\n\r\n"
    async with served(service.app) as port:
        status, _, body = await answer(port, said.encode())
    assert (status, body) == ("HTTP/1.1 200 OK", b'{"status":"alive"}')


@pytest.mark.parametrize("behind", [b"\0garbage\r\n\r\n", b"  ", b"EXTRA\r\n\r\n"])
async def test_a_good_request_is_answered_before_what_comes_behind_it(service: ServiceUnderTest, behind: bytes) -> None:
    async with served(service.app) as port, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(an_increment(service, "one") + an_increment(service, "two") + behind)
        said = await reader.readuntil(b'"value":14}')
        writer.write_eof()
        rest = await reader.read()
        writer.close()
    assert said.count(b"HTTP/1.1 201") == 2
    assert rest == b"" or rest.startswith(b"HTTP/1.1 400")
    assert await value(service.db) == 14


async def test_what_came_before_on_the_connection_is_answered(service: ServiceUnderTest) -> None:
    async with served(service.app) as port, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        await reader.readuntil(b"}")
        writer.write(b"no http\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        writer.close()


class Halting:
    """Begins its answer, and ends it when it is let."""

    def __init__(self) -> None:
        self.goes_on = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        await self.goes_on.wait()
        await send({"type": "http.response.body", "body": b"ended"})


async def test_into_an_answer_that_has_begun_nothing_else_is_written() -> None:
    app = Halting()
    async with served(app) as port, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        await reader.readuntil(b"begun")
        writer.write(b"no chunk\r\n")
        assert await reader.read() == b""
        writer.close()
        app.goes_on.set()


async def test_what_waits_behind_an_answer_is_looked_at_after_it() -> None:
    app = Halting()
    async with served(app) as port, asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(POST + b"Content-Length: 0\r\n\r\n")
        await reader.readuntil(b"begun")
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n\0\r\n\r\n")
        app.goes_on.set()
        rest = await reader.read()
        writer.close()
    assert rest.startswith(b"endedHTTP/1.1 200")
    assert rest.count(b"begunendedHTTP/1.1 400") == 1
