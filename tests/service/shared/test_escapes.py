"""Whatever escapes a route or a middleware is one problem for its caller and one line in the log; over HTTP."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from typing import Any, TypeAlias

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from starlette.background import BackgroundTask
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from shared.web.app import create_app
from tests.service.shared.test_no_http_requests import answer, served
from tests.support.delivery import eventually

Fail: TypeAlias = Callable[[], Awaitable[None]]
Told: TypeAlias = "list[Any]"

PERSON = "ada@example.nhs.uk"


class Strange(BaseException):
    """What no `except Exception` takes."""


def raising(error: BaseException) -> Fail:
    async def fail() -> None:
        raise error

    return fail


async def cancelled_by_a_library() -> None:
    """What it cancelled is a task of its own."""
    task = asyncio.ensure_future(asyncio.Event().wait())
    task.cancel(PERSON)
    await task


ESCAPES = {
    "RuntimeError": raising(RuntimeError(PERSON)),
    "CancelledError": cancelled_by_a_library,
    "Strange": raising(Strange(PERSON)),
    "ExceptionGroup of ValueError": raising(ExceptionGroup(PERSON, [ValueError(PERSON)])),
    "BaseExceptionGroup of Strange": raising(BaseExceptionGroup(PERSON, [Strange(PERSON)])),
}


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Iterator[Told]:
    """What is logged; nowhere, and nowhere else, stands what an error says."""
    with capture_logs() as lines:
        yield lines
    said = capfd.readouterr()
    assert PERSON not in f"{lines}{said.out}{said.err}"


def an_app(fail: Fail) -> FastAPI:
    """One that fails before, in the middle of, and after its answer."""
    router = APIRouter()

    async def pieces() -> AsyncGenerator[bytes]:
        yield b"the first piece"
        await fail()

    @router.get("/amid")
    async def amid() -> Response:
        return StreamingResponse(pieces())

    @router.get("/after")
    async def after() -> Response:
        return PlainTextResponse("all of it", background=BackgroundTask(fail))

    router.add_api_route("/before", fail)
    return create_app(name="escapes", title="Escapes", description="For tests.", routers=(router,))


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: x", *headers, "", "")).encode()


def is_internal_error(body: bytes) -> bool:
    problem = json.loads(body)
    return (problem["status"], problem["code"]) == (500, "internal_error") and PERSON not in body.decode()


@pytest.mark.parametrize("name", ESCAPES)
async def test_a_failure_before_the_answer_is_a_problem(told: Told, name: str) -> None:
    async with served(an_app(ESCAPES[name])) as port:
        line, headers, body = await answer(port, get("/before", "X-Request-ID: one-of-mine", "Connection: close"))
    assert line.startswith("HTTP/1.1 500 ")
    assert (headers["content-type"], headers["x-request-id"]) == ("application/problem+json", "one-of-mine")
    assert is_internal_error(body)
    assert [(t["event"], t["request_id"]) for t in told] == [("request_failed", "one-of-mine")]
    assert told[0]["cause"].startswith(f"{name} at ")


async def test_of_an_id_that_is_no_name_the_log_tells_nothing(told: Told) -> None:
    async with served(an_app(ESCAPES["RuntimeError"])) as port:
        _, headers, _ = await answer(port, get("/before", f"X-Request-ID: {PERSON}", "Connection: close"))
    assert headers["x-request-id"] == PERSON
    assert [t["request_id"] for t in told] == ["?"]


@pytest.mark.parametrize("name", ESCAPES)
async def test_a_failure_amid_the_answer_breaks_it_off(told: Told, name: str) -> None:
    async with served(an_app(ESCAPES[name])) as port:
        line, headers, body = await answer(port, get("/amid"))
    assert line.startswith("HTTP/1.1 200 ")
    assert headers["transfer-encoding"] == "chunked"
    assert body == b"f\r\nthe first piece\r\n"
    assert [t["event"] for t in told] == ["request_failed"]


@pytest.mark.parametrize("name", ESCAPES)
async def test_a_failure_after_the_answer_harms_neither_it_nor_the_next(told: Told, name: str) -> None:
    async with served(an_app(ESCAPES[name])) as port:
        both = get("/after") + get("/livez", "Connection: close")
        line, _, rest = await answer(port, both)
    assert line.startswith("HTTP/1.1 200 ")
    assert rest.startswith(b"all of itHTTP/1.1 404 ")
    assert [t["event"] for t in told] == ["request_failed"]


async def test_who_does_not_answer_has_failed(told: Told) -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        """As a mounted application might."""

    app = an_app(ESCAPES["Strange"])
    app.mount("/silent", silent)
    async with served(app) as port:
        line, _, body = await answer(port, get("/silent/", "Connection: close"))
    assert line.startswith("HTTP/1.1 500 ")
    assert is_internal_error(body)
    assert [t["cause"].partition(" at ")[0] for t in told] == ["Unanswered"]


class Outside:
    """A middleware around all others."""

    def __init__(self, app: ASGIApp, fail: Fail) -> None:
        self._app = app
        self._fail = fail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._fail()
        await self._app(scope, receive, send)


@pytest.mark.parametrize("name", ESCAPES)
async def test_a_middleware_fails_like_a_route(told: Told, name: str) -> None:
    app = an_app(ESCAPES["Strange"])
    app.add_middleware(Outside, ESCAPES[name])
    async with served(app) as port:
        line, headers, body = await answer(port, get("/livez", "Connection: close"))
    assert line.startswith("HTTP/1.1 500 ")
    assert is_internal_error(body)
    assert [t["request_id"] for t in told] == [headers["x-request-id"]]


async def test_a_caller_who_goes_is_no_failure(told: Told) -> None:
    app, left = an_app(ESCAPES["Strange"]), asyncio.Event()

    @app.post("/patient")
    async def patient(request: Request) -> None:
        try:
            async for _ in request.stream():
                pass
        finally:
            left.set()

    async with served(app) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /patient HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        await writer.drain()
        writer.close()
        await eventually(left.is_set)
        await eventually(lambda: not any("run_asgi" in repr(task) for task in asyncio.all_tasks()))
    assert told == []


SCOPE: Scope = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "path": "/before",
    "query_string": b"",
    "headers": [],
}


async def nothing_more() -> Message:
    return await asyncio.get_running_loop().create_future()


async def test_a_request_that_is_cancelled_stays_so_and_its_caller_is_told_to_come_again(told: Told) -> None:
    """As when the process has to end."""
    sent, begun = list[Message](), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def send(message: Message) -> None:
        sent.append(message)

    request = asyncio.create_task(an_app(wait)(dict(SCOPE), nothing_more, send))
    await begun.wait()
    request.cancel()
    await asyncio.wait((request,))
    assert request.cancelled()
    assert [message.get("status") for message in sent] == [503, None]
    assert json.loads(sent[1]["body"])["code"] == "service_stopping"
    assert told == []


@pytest.mark.parametrize("error", [SystemExit(1), BaseExceptionGroup("", [SystemExit(1)])])
async def test_the_end_of_the_process_is_no_failure(told: Told, error: BaseException) -> None:
    async def send(message: Message) -> None:
        raise AssertionError(message)

    with pytest.raises(type(error)):
        await an_app(raising(error))(dict(SCOPE), nothing_more, send)
    assert told == []
