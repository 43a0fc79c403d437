"""How every request ends: with one whole answer, with a connection that is broken off, or with nobody there to hear.

Whatever comes out of a route or a middleware is a failure of ours, told in the log and answered as a problem; also a
CancelledError that a library lets out, for which Starlette has no handler and uvicorn only plain text.
"""

import asyncio
from typing import TypeAlias, cast

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web import problems

_END_OF_PROCESS = (KeyboardInterrupt, SystemExit, GeneratorExit)


Headers: TypeAlias = list[tuple[bytes, bytes]]


class Unanswered(Exception):
    """The application was done with a request and had not answered it, or not to the end."""


class Answer:
    """Sends on, with the ids added to the first message; to a HEAD without the body.

    Answers are about people: none is kept on its way unless its route says that it may be.
    """

    def __init__(self, send: Send, correlation_id: str, request_id: str, *, bodiless: bool) -> None:
        self._send = send
        self._bodiless = bodiless
        self._ids = [
            (b"x-correlation-id", correlation_id.encode()),
            (b"x-request-id", request_id.encode()),
        ]
        self.request_id = request_id
        self.status = 0
        self.whole = False

    async def __call__(self, message: Message) -> None:
        """Send the message, and remember how far the answer has come."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = _kept_by_nobody([*message.get("headers", []), *self._ids])
        else:
            self.whole = not message.get("more_body", False)
            if self._bodiless:
                message["body"] = b""
        await self._send(message)


def _kept_by_nobody(headers: Headers) -> Headers:
    told = any(name.lower() == b"cache-control" for name, _ in headers)
    return headers if told else [*headers, (b"cache-control", b"no-store")]


class _Caller:
    """Receives, and notices when the caller has gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.gone = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self.gone |= message["type"] == "http.disconnect"
        return message


async def answered(app: ASGIApp, scope: Scope, receive: Receive, answer: Answer) -> None:
    """Let the application answer; where it fails before it began, answer in its place.

    An answer that has begun can only be broken off: raising lets the server end the connection, so that nobody takes a
    part for the whole. What is raised says nothing, for the server may print it.
    """
    caller = _Caller(receive)
    try:
        await app(scope, caller, answer)
        if not answer.whole and not caller.gone:
            raise Unanswered  # noqa: TRY301 a failure like any other
    except BaseException as error:
        if _ends_more_than_this(error):
            if isinstance(error, asyncio.CancelledError) and not answer.status:
                await problems.stopping()(scope, receive, answer)
            raise
        if caller.gone and isinstance(error, ClientDisconnect):
            return
        problems.failed(error, answer.request_id)
        if not answer.status:
            await problems.unexpected()(scope, receive, answer)
        elif not answer.whole:
            raise Unanswered from None


def _ends_more_than_this(error: BaseException) -> bool:
    """The process is to end, or somebody cancelled this very task: a library that cancelled its own did neither."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(_ends_more_than_this, cast("BaseExceptionGroup[BaseException]", error).exceptions))
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is None or task.cancelling() > 0
    return isinstance(error, _END_OF_PROCESS)
