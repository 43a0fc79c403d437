"""What is asked for is sent, whatever the sender is doing when it is asked; real Postgres."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg

from shared.postgres.notifier import Notifier
from tests.support.delivery import patience

LONGER_THAN_A_NAME = "x" * 64


@asynccontextmanager
async def notifying(address: str, *channels: str) -> "AsyncGenerator[tuple[Notifier, dict[str, asyncio.Event]]]":
    """A notifier, and what is heard on each channel."""
    heard = {channel: asyncio.Event() for channel in channels}

    def hear(_: object, __: int, channel: str, ___: object) -> None:
        heard[channel].set()

    listener = await asyncpg.connect(address)
    async with asyncpg.create_pool(address, min_size=1, max_size=1) as pool:
        for channel in channels:
            await listener.add_listener(channel, hear)
        yield Notifier(pool), heard
    await listener.close()


async def test_a_wake_up_asked_for_when_the_sender_has_just_ended_is_sent(address: str) -> None:
    async with notifying(address, "first", "second") as (notifier, heard):
        before = asyncio.all_tasks()
        notifier.soon(["first"])
        (sender,) = asyncio.all_tasks() - before
        while not sender.done():  # noqa: ASYNC110 looked at in every turn: it has ended, and nobody was told so yet
            await asyncio.sleep(0)
        notifier.soon(["second"])
        assert asyncio.all_tasks() - before, "nobody is to send it"
        async with patience():
            await heard["second"].wait()
        await notifier.close()


async def test_a_statement_that_fails_takes_no_later_wake_up_with_it(address: str) -> None:
    async with notifying(address, "second") as (notifier, heard):
        before = asyncio.all_tasks()
        notifier.soon([LONGER_THAN_A_NAME])
        (sender,) = asyncio.all_tasks() - before
        await asyncio.sleep(0)  # its statement is on its way
        notifier.soon(["second"])
        await asyncio.wait((sender,))
        async with patience():
            await heard["second"].wait()
