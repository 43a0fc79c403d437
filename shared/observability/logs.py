"""structlog: JSON in production, a readable console in development; event names are static."""

import logging
import sys
from typing import Literal, TypeAlias, cast

import structlog

Logger = structlog.stdlib.BoundLogger
Style: TypeAlias = Literal["json", "console"]

_MEMBERS = 3


def configure(service: str, role: str, *, style: Style) -> None:
    """Set the process's logging once, at its start; in either style a value is quoted, and no terminal obeys it."""
    renderer = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), repr_native_str=True)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, role=role)
    for library in ("aiokafka", "alembic", "faststream", "uvicorn", "asyncio"):
        logging.getLogger(library).setLevel(logging.CRITICAL)


def get_logger() -> Logger:
    """A logger; bind ids, never personal data."""
    return structlog.get_logger()


def where(error: BaseException) -> str:
    """Class and place of an error, or of some in a group: never its message, which may carry values of a row."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return f"{type(group).__name__} of {', '.join(map(where, group.exceptions[:_MEMBERS]))}"
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "unknown"
    return f"{type(error).__name__} at {place}"
