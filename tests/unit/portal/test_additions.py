import asyncio
import time

import pytest

from services.portal.clients.additions import SECONDS, if_there
from services.portal.clients.api import Problem, Refused, ServiceAway


async def told() -> str:
    return "told"


async def failing(error: Exception) -> str:
    raise error


async def test_what_is_there_is_shown() -> None:
    assert await if_there(told()) == "told"


async def test_nobody_waits_for_what_is_only_an_addition() -> None:
    began = time.monotonic()
    assert await if_there(asyncio.sleep(10 * SECONDS, "late")) is None
    assert time.monotonic() - began < 2 * SECONDS


@pytest.mark.parametrize(
    "error", [ServiceAway("away"), Refused(Problem(status=403, code="forbidden", detail="not yours"))]
)
async def test_what_cannot_be_told_is_left_out(error: Exception) -> None:
    assert await if_there(failing(error)) is None


async def test_a_fault_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await if_there(failing(ZeroDivisionError()))
