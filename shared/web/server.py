"""Uvicorn's side of a connection: problems also for what its parser turns down before any application is asked.

A NUL in a header, a target of more than 64 KiB, a length that is no number, an unknown method: RFC 9457 like the rest.
"""

from http import HTTPStatus
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from shared.ids import new_id
from shared.web.problems import problem


class HttpProtocol(HttpToolsProtocol):
    """Uvicorn's own, but for the one answer that is its own too and would be plain text."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP and end the connection; to whom an answer has begun, only the end."""
        del msg
        current = cast("RequestResponseCycle | None", self.cycle)
        if current is None or current.response_complete or not current.response_started:
            self.transport.write(_no_http())
        self.transport.close()


def _no_http() -> bytes:
    status = HTTPStatus.BAD_REQUEST
    answer = problem(
        status,
        "no_http_request",
        "This is no HTTP request that can be read: its method, target, headers or length are malformed or too long.",
        headers={"Connection": "close", "X-Request-ID": str(new_id())},
    )
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), *(b": ".join(pair) for pair in answer.raw_headers)]
    return b"\r\n".join([*lines, b"", bytes(answer.body)])
