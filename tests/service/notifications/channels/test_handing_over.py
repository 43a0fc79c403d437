"""A mail was handed over when the server had asked for it and had all of it: nothing before that counts as a copy."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from aiosmtplib import SMTP

from services.notifications.channels.store import templates
from services.notifications.channels.workers.senders import Sender
from services.notifications.channels.workers.smtp_connection import SmtpConnection
from services.notifications.settings import Settings
from tests.service.notifications.announcements import contact, enrolled
from tests.service.notifications.conftest import Rest, Send, sending
from tests.service.notifications.raw_server import RawServer, hang_up, say
from tests.service.notifications.sending import OFFER, many, retry_now, states
from tests.support.databases import rows
from tests.support.delivery import PATIENCE
from tests.support.services import ServiceUnderTest

TRIES = 5


@pytest.fixture
async def raw(settings: Settings) -> AsyncGenerator[RawServer]:
    async with RawServer().listening() as server:
        settings.smtp = f"127.0.0.1:{server.port}"
        yield server


@pytest.mark.parametrize("act", [hang_up, say(b"250 taken"), say(b"hello")], ids=["hangs up", "takes nothing", "talks"])
async def test_a_server_that_never_asks_for_the_mail_ends_none(
    notifications: ServiceUnderTest, raw: RawServer, send: Send, rest: Rest, act: object
) -> None:
    raw.acts["DATA"] = act  # pyright: ignore[reportArgumentType] one of three
    await notifications.receive(*OFFER, contact(), enrolled())
    for _ in range(TRIES):
        await send()
        await retry_now(notifications)
        rest.end()
    assert await states(notifications) == {"temporary-failure": 1}
    raw.acts.clear()
    await send()
    assert (await states(notifications), len(raw.bodies)) == ({"sent": 1}, 1)


async def test_a_line_that_begins_with_a_dot_ends_no_mail(raw: RawServer, settings: Settings) -> None:
    connection = SmtpConnection(SMTP(**settings.smtp_connection()), seconds=PATIENCE)
    await connection.send(
        b"Subject: dots\r\n\r\n.\r\n..one\nand the end", sender="a@example.org", recipient="b@example.org"
    )
    await connection.close()
    assert raw.bodies == [b"Subject: dots\r\n\r\n..\r\n...one\r\nand the end\r\n.\r\n"]


async def test_who_is_stopped_after_a_mail_went_over_whole_counts_the_copy(
    notifications: ServiceUnderTest, raw: RawServer, settings: Settings
) -> None:
    whole = asyncio.Event()

    async def scan(_: asyncio.StreamWriter) -> None:
        whole.set()
        await asyncio.sleep(PATIENCE)

    raw.acts["BODY"] = scan
    await notifications.receive(*OFFER, contact(), enrolled())
    for _ in range(TRIES):
        whole.clear()
        stopped = asyncio.create_task(sending(notifications, Sender(templates.load()), settings)())
        waiting = asyncio.create_task(whole.wait())
        await asyncio.wait((stopped, waiting), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        waiting.cancel()
        await asyncio.wait((stopped,))
        await retry_now(notifications)
    assert len(raw.bodies) == 3
    assert await rows(notifications.db, "select state, failure_code, unconfirmed from message") == [
        ("technical-failure", "unconfirmed", 3)
    ]


@pytest.mark.parametrize("smtp", ["127.0.0.1:70000", "mail..example.org:25", f"{'a' * 80}.example.org:25"])
async def test_a_server_there_cannot_be_keeps_every_message(
    notifications: ServiceUnderTest, settings: Settings, send: Send, smtp: str
) -> None:
    settings.smtp = smtp
    await notifications.receive(*OFFER, contact(), enrolled(), *many(2))
    await send()
    assert await states(notifications) == {"created": 3}
