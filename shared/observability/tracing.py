"""What ties a request, its events and their effects together; carried by a context variable.

Sources: W3C Trace Context (`traceparent`), CloudEvents extension `correlationid`.
"""

import re
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Trace:
    """`causation_id` is the event being handled, None for a person's request."""

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None


_CURRENT: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace:
    """The trace of the work in hand; a fresh one where work began by itself."""
    return _CURRENT.get() or Trace(correlation_id=str(new_id()))


@contextmanager
def tracing(trace: Trace) -> Generator[None]:
    """Everything inside, logs and events alike, belongs to `trace`."""
    token = _CURRENT.set(trace)
    try:
        with structlog.contextvars.bound_contextvars(correlation_id=trace.correlation_id):
            yield
    finally:
        _CURRENT.reset(token)


_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def traceparent(received: str | None) -> str:
    """Continue a caller's W3C trace under a new span, or begin one."""
    match = _TRACEPARENT.fullmatch(received or "")
    trace_id = match[1] if match else secrets.token_hex(16)
    return f"00-{trace_id}-{secrets.token_hex(8)}-01"
