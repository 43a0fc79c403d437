"""Whoever is reached at an address is told when mail is to leave it, whatever else happens meanwhile."""

from datetime import timedelta

import pytest

from tests.service.notifications.announcements import NOW, contact, readiness_changed
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.own_addresses import (
    DAY,
    HOUR,
    NEW,
    NEWEST,
    OLD,
    in_use,
    link,
    own,
    staffs,
    told,
    visit,
)
from tests.service.notifications.sending import retry_now
from tests.support.services import ServiceUnderTest

MINUTE = timedelta(minutes=1)


async def test_the_old_address_is_told_first_and_however_full_the_hour_is(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email=OLD), *(readiness_changed() for _ in range(25)))
    await send(NOW)
    await notifications.receive(own(), at=NOW)
    await send(NOW + MINUTE)
    assert told(mail_server)[:20] == [(OLD, "talent_update")] * 20
    assert told(mail_server)[20:] == [(OLD, "address_change"), (NEW, "address_confirmation")]


async def test_mails_about_addresses_leave_the_hour_to_others(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email=OLD), own(), at=NOW)
    await send(NOW)
    await notifications.receive(*(readiness_changed() for _ in range(25)))
    await send(NOW)
    assert len(mail_server.taken) == 2 + 20


async def test_an_address_that_was_left_is_told_also_when_the_next_one_is_being_left(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    mail_server.refusals[OLD] = "451 greylisted"
    await notifications.receive(contact(email=OLD), own(), at=NOW)
    await send(NOW)
    await visit(notifications, "POST", link(mail_server))
    await notifications.receive(own(NEWEST, 2 * HOUR), at=NOW + HOUR)
    await notifications.receive(own(NEW, 3 * HOUR), at=NOW + HOUR)  # taken back
    mail_server.refusals.clear()
    await retry_now(notifications)
    await send(NOW + DAY)
    assert told(mail_server) == [(NEW, "address_confirmation"), (OLD, "address_change")]


async def test_of_several_requests_that_wait_the_address_in_use_is_told_once(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    mail_server.refusals[OLD] = "451 greylisted"
    await notifications.receive(contact(email=OLD), own(), at=NOW)
    await send(NOW)
    await notifications.receive(own(NEWEST, 2 * HOUR), at=NOW)
    mail_server.refusals.clear()
    await retry_now(notifications)
    await send(NOW + DAY)
    assert sorted(told(mail_server)) == [
        (NEW, "address_confirmation"),
        (NEWEST, "address_confirmation"),
        (OLD, "address_change"),
    ]


@pytest.mark.parametrize("after", [2 * HOUR, timedelta(0)], ids=["later", "of before"])
async def test_the_old_address_is_told_also_when_the_academy_stands_by_the_new_one(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, after: timedelta
) -> None:
    await notifications.receive(contact(email=OLD, effective_at=NOW - DAY), own(), staffs(NEW, after))
    await send(NOW + DAY)
    assert await in_use(notifications) == NEW
    assert told(mail_server) == [(OLD, "address_change")]


async def test_of_one_address_said_by_both_the_later_word_says_the_name(notifications: ServiceUnderTest) -> None:
    await notifications.receive(own(name="A. Okafor"), contact(email=NEW, effective_at=NOW + 2 * HOUR, name="Amara"))
    answer = await notifications.as_("information_governance").get(f"/v1/contacts/{contact().person_id}")
    assert (answer.json()["name"], answer.json()["email"]) == ("Amara", NEW)
