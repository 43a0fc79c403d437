"""Uvicorn's side of a connection: what is no HTTP gets a problem too, and requests are answered in their order.

By h11, not httptools: that one takes an Upgrade we do not offer for one we do, skips the request's body and reads it
as the next request, and answers what comes behind a good request before it (ADR 0018).
"""

import asyncio
import signal
import sys
from http import HTTPStatus
from typing import Final, Literal, TypedDict

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.ids import new_id
from shared.web.problems import problem

REQUESTS_SECONDS = 8
"""How long requests get to finish once the process is told to end."""

LARGEST_HEAD = 64 * 1024
"""Bytes of a request's first line and headers together."""


class Parsing(TypedDict):
    """Three of uvicorn's settings."""

    http: type[asyncio.Protocol]
    ws: Literal["none"]
    h11_max_incomplete_event_size: int


class HttpProtocol(H11Protocol):
    """Uvicorn's own, but for the one answer that is its own too and would be plain text."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP and end the connection; to whom an answer has begun, only the end."""
        del msg
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self._refuse()
        self.transport.close()

    def _refuse(self) -> None:
        answer = problem(
            HTTPStatus.BAD_REQUEST,
            "no_http_request",
            "This is no HTTP request that can be read: its method, target, headers or body are malformed or too long.",
            headers={"Connection": "close", "Cache-Control": "no-store", "X-Request-ID": str(new_id())},
        )
        head = h11.Response(status_code=answer.status_code, headers=answer.raw_headers, reason=b"Bad Request")
        for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")


PARSING: Final[Parsing] = {"http": HttpProtocol, "ws": "none", "h11_max_incomplete_event_size": LARGEST_HEAD}
"""What every server of ours is told about reading requests."""


def serve(app: FastAPI, *, host: str, port: int, root_path: str = "") -> None:
    """Serve one application until SIGTERM; then requests that are under way are finished."""
    signal.signal(signal.SIGTERM, _leave)
    uvicorn.run(
        app,
        host=host,
        port=port,
        root_path=root_path,
        loop="uvloop",
        **PARSING,
        access_log=False,
        log_level="critical",
        timeout_graceful_shutdown=REQUESTS_SECONDS,
    )


def _leave(*_: object) -> None:
    """Uvicorn passes SIGTERM on when it has drained: that is no failure."""
    sys.exit(0)
