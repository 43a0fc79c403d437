"""Three copies were handed over and no word came back: whoever they are for has them, and is treated like it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.service.notifications.announcements import contact, enrolled, session_scheduled, withdrawn
from tests.service.notifications.conftest import Rest, Send
from tests.service.notifications.mail_server import MailServer, calendars, uids
from tests.service.notifications.sending import AMARAS, LATER_DATE, OFFER, retry_now, states
from tests.support.services import ServiceUnderTest

MOVED = session_scheduled(starts_at=datetime(2020, 9, 30, 9, tzinfo=UTC), calendar_sequence=1)
NEW = "amara@example.org"
NO_ANSWER = "hello"


@pytest.fixture
async def told_thrice(notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest) -> None:
    """Amara has three copies of her confirmation."""
    await notifications.receive(*OFFER, contact(), enrolled())
    mail_server.dies_after.add(AMARAS)
    for _ in range(3):
        await send()
        await retry_now(notifications)
        rest.end()
    mail_server.dies_after.clear()
    assert mail_server.purposes() == ["confirmation"] * 3
    assert await states(notifications) == {"technical-failure": 1}


@pytest.mark.usefixtures("told_thrice")
async def test_dates_that_move_or_come_later_are_told(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(MOVED, LATER_DATE)
    await send()
    told = [entry for mail in mail_server.taken[3:] for entry in uids(mail)]
    assert len(set(told)) == 2


@pytest.mark.usefixtures("told_thrice")
async def test_a_withdrawal_takes_the_dates_out_of_the_calendar(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(withdrawn())
    await send()
    letter = mail_server.taken[-1]
    assert letter["X-Academy-Purpose"] == "withdrawal"
    assert [str(calendar["METHOD"]) for calendar in calendars(letter)] == ["CANCEL"]


async def unconfirmed_twice(notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest) -> None:
    await notifications.receive(*OFFER, contact(), enrolled())
    mail_server.answers[AMARAS] = NO_ANSWER
    for _ in range(2):
        await send()
        await retry_now(notifications)
        rest.end()


async def test_an_address_that_changes_during_the_third_try_is_tried(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await unconfirmed_twice(notifications, mail_server, send, rest)
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.receive(contact(email=NEW))
    await sending
    rest.end()
    await send()
    assert [mail["To"].addresses[0].addr_spec for mail in mail_server.taken] == [NEW]


async def test_a_new_address_has_three_tries_of_its_own(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await unconfirmed_twice(notifications, mail_server, send, rest)
    mail_server.answers[NEW] = NO_ANSWER
    await notifications.receive(contact(email=NEW))
    await send()
    mail_server.answers.clear()
    await retry_now(notifications)
    rest.end()
    await send()
    assert await states(notifications) == {"sent": 1}


@pytest.mark.parametrize("change", [{"name": "Amara Smith", "email": AMARAS}, {"email": AMARAS.capitalize()}])
async def test_another_name_or_case_is_no_other_address_and_ends_no_pause(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest, change: dict[str, Any]
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled())
    mail_server.dies_after |= {AMARAS, change["email"]}
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.receive(contact(**change))
    await sending
    rest.end()
    await send()
    assert len(mail_server.taken) == 1
