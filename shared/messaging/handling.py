"""How a handler is called: it gets so much time, and whatever comes of it is an error of its own event."""

import asyncio
from collections.abc import Awaitable, Callable

SECONDS = 60.0
"""What one call of a handler may take: longer than one statement, which the driver ends after thirty."""


class HandlerBroke(Exception):
    """A handler raised what is no Exception, was cancelled from within, or ended the transaction it is a part of."""


class HandlerTooSlow(HandlerBroke):
    """A handler did not come to an end; to try it again at once would cost as much time again."""


async def alone(handle: Callable[[], Awaitable[None]]) -> None:
    """Run it in a task of its own, which it may cancel: then nobody else has been told to end."""
    limit = asyncio.timeout(SECONDS)
    try:
        async with limit:
            await asyncio.create_task(_errors_only(handle))
    except TimeoutError as error:
        if limit.expired():
            raise HandlerTooSlow from error
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise HandlerBroke(type(error).__name__) from error


async def _errors_only(handle: Callable[[], Awaitable[None]]) -> None:
    """Libraries panic in other languages, and what is no Exception would end the loop."""
    try:
        await handle()
    except (Exception, asyncio.CancelledError):
        raise
    except BaseException as error:
        raise HandlerBroke(type(error).__name__) from error
