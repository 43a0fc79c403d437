"""A recording that was not watched after all is sent as if nobody had said so, once."""

import pytest

from shared.contracts.envelope import Contract
from tests.service.notifications.announcements import (
    attended,
    cohort_opened,
    contact,
    enrolled,
    missed,
    not_watched,
    recording_published,
    session_scheduled,
    watched,
    withdrawn,
)
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer
from tests.support.services import ServiceUnderTest

PLACE = (contact(), cohort_opened(), session_scheduled(), enrolled())


@pytest.mark.parametrize(
    ("told", "mails"),
    [
        ([missed(), watched(), not_watched()], 1),
        ([watched(), missed(), not_watched()], 1),
        ([watched(), not_watched(), missed()], 1),
        ([missed(), watched(), missed(apologies=False), not_watched(), not_watched()], 1),
        ([missed(), watched(), not_watched(), watched()], 0),
        ([missed(), watched(), attended(), not_watched()], 0),
        ([attended(), watched(), not_watched()], 0),
        ([watched(), not_watched()], 0),
    ],
)
async def test_whoever_missed_it_and_has_not_watched_after_all_is_sent_the_link_once(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, told: list[Contract], mails: int
) -> None:
    await notifications.receive(*PLACE, *told, recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation", *["recording"] * mails]


async def test_whoever_has_the_link_is_not_sent_it_again_for_not_having_watched(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, recording_published(), missed())
    await send()
    await notifications.receive(watched(), missed(apologies=False), not_watched())
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]


async def test_whoever_gave_up_the_place_gets_the_link_not_watched_only_with_a_place(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, missed(), watched(), withdrawn(), not_watched(), recording_published())
    await send()
    assert "recording" not in mail_server.purposes()
    await notifications.receive(enrolled())
    await send()
    assert mail_server.purposes().count("recording") == 1


async def test_not_watched_delivered_again_takes_back_no_later_word(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    delivered = await notifications.receive(*PLACE, missed(), watched(), not_watched())
    await notifications.receive(watched())
    await notifications.receive(*delivered)
    await notifications.receive(recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation"]
