"""What a page shows besides what people came for: it never keeps them waiting."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from services.portal.clients.api import Refused, ServiceAway
from shared.observability.logs import get_logger

T = TypeVar("T")

SECONDS = 1.0


async def if_there(asked: Awaitable[T]) -> T | None:
    """None where the service is away, refuses, or takes longer than a second."""
    try:
        return await asyncio.wait_for(asked, SECONDS)
    except (ServiceAway, Refused):
        return None
    except TimeoutError:
        get_logger().warning("addition_left_out", seconds=SECONDS)
        return None
