"""One pure ASGI middleware around every request: ids accepted or made and echoed, trace continued, time measured."""

import re
import time
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.ids import new_id
from shared.observability import metrics, tracing
from shared.web import problems
from shared.web.answers import Answer, answered

LARGEST_BODY = 256 * 1024
_LONGEST_LINE = 16 * 1024
_LONGEST_LENGTH = 9
_LONGEST_ID = 100
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_WITH_HOST = re.compile(r"\Ahttps?://[^/]*/?", re.IGNORECASE)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
"""Those a route can serve or refuse; a method may be any word of any length, so others are one."""

_QUIET = frozenset({"/livez", "/readyz", "/metrics", "/_ping"})


class RequestContextMiddleware:
    """Gives each request its `X-Correlation-ID` and `X-Request-ID`, and turns the unexpected into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request; anything else passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = _given(headers, b"x-request-id") or str(new_id())
        correlation_id = _given(headers, b"x-correlation-id") or request_id
        parent = tracing.traceparent(_given(headers, b"traceparent"))
        answer = Answer(send, correlation_id, request_id, bodiless=scope["method"] == "HEAD")
        with (
            tracing.tracing(tracing.Trace(correlation_id, traceparent=parent)),
            structlog.contextvars.bound_contextvars(trace_id=parent.split("-")[1]),
        ):
            await self._answer(_plainly(scope), receive, answer)

    async def _answer(self, scope: Scope, receive: Receive, answer: Answer) -> None:
        began = time.perf_counter()
        try:
            await answered(self._serve, scope, receive, answer)
        finally:
            _measure(scope, answer.status, time.perf_counter() - began)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (_refused(scope) or self._app)(scope, receive, send)


class App(FastAPI):
    """Nothing stands around `RequestContextMiddleware`: no middleware, and not Starlette's last resort either.

    A path has its slashes or is another one: Starlette's redirect to the right one would go to whatever Host was sent.
    """

    def __init__(self, **told: Any) -> None:
        super().__init__(redirect_slashes=False, **told)

    def build_middleware_stack(self) -> ASGIApp:
        """What is asked of each request, from outside inwards."""
        return RequestContextMiddleware(super().build_middleware_stack())


def _plainly(scope: Scope) -> Scope:
    """The request as routes know it; a copy, for the server needs its own.

    HEAD is answered wherever GET is, by the same route and under its rules; always the whole of it, no range; and a
    target may name its host (RFC 9112, 3.2.2).
    """
    root = scope.get("root_path", "")
    path = _WITH_HOST.sub("/", scope["path"].removeprefix(root), count=1)
    return {
        **scope,
        "method": "GET" if scope["method"] == "HEAD" else scope["method"],
        "path": root + path,
        "headers": [header for header in scope["headers"] if header[0] != b"range"],
    }


def _refused(scope: Scope) -> ASGIApp | None:
    """The answer to a request that is not worth reading; FastAPI's own would be plain text, late or a 500."""
    return (
        _method_refused(scope)
        or _version_refused(scope)
        or _target_refused(scope)
        or _headers_refused(scope)
        or _body_refused(dict(scope["headers"]))
    )


def _method_refused(scope: Scope) -> ASGIApp | None:
    """Methods are case-sensitive words (RFC 9110, 9.1); one that nothing here knows is not implemented."""
    if scope["method"] in _METHODS:
        return None
    return problems.problem(HTTPStatus.NOT_IMPLEMENTED, "method_unknown", "No service here knows this method.")


def _version_refused(scope: Scope) -> ASGIApp | None:
    if scope["http_version"].startswith("1."):
        return None
    status = HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
    return problems.problem(status, "http_version_not_supported", "Speak HTTP/1.1.")


def _target_refused(scope: Scope) -> ASGIApp | None:
    """Path and query are text: UTF-8, well escaped, without the NUL that Postgres refuses."""
    target = b"%b?%b" % (scope.get("raw_path") or b"", scope["query_string"])
    if len(target) > _LONGEST_LINE:
        return problems.problem(HTTPStatus.REQUEST_URI_TOO_LONG, "target_too_long", "A target has at most 16 KiB.")
    if not _BAD_ESCAPE.search(target) and _is_text(unquote_to_bytes(target)):
        return None
    return problems.problem(HTTPStatus.BAD_REQUEST, "target_unusable", "Path and query are percent-encoded UTF-8.")


def _is_text(given: bytes) -> bool:
    try:
        return "\0" not in given.decode()
    except UnicodeDecodeError:
        return False


def _headers_refused(scope: Scope) -> ASGIApp | None:
    if all(len(value) <= _LONGEST_LINE for _, value in scope["headers"]):
        return None
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return problems.problem(status, "request_header_fields_too_large", "A header has at most 16 KiB.")


def _body_refused(headers: MutableMapping[bytes, bytes]) -> ASGIApp | None:
    """A body that is too long, or does not say how long it is; of two ways to say it none is believed."""
    length = headers.get(b"content-length", b"0")
    if b"transfer-encoding" in headers:
        words = "Send the body with a Content-Length and no Transfer-Encoding."
        return problems.problem(HTTPStatus.LENGTH_REQUIRED, "length_required", words, headers={"Connection": "close"})
    if not length.isdigit():
        return problems.problem(HTTPStatus.BAD_REQUEST, "length_unusable", "Content-Length is a number of bytes.")
    if len(length) > _LONGEST_LENGTH or int(length) > LARGEST_BODY:
        return problems.problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "A body has at most 256 KiB.")
    return None


def _given(headers: MutableMapping[bytes, bytes], name: bytes) -> str | None:
    text = headers.get(name, b"").decode("latin-1")
    return text if text and len(text) <= _LONGEST_ID and text.isascii() and text.isprintable() else None


def _measure(scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
    """What a caller writes names no series: each is kept for as long as the process lives."""
    route = getattr(scope.get("route"), "path", "unrouted")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    if route not in _QUIET:
        metrics.REQUESTS.labels(method, route, str(status)).observe(seconds)
