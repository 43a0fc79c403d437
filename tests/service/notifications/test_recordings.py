"""Who gets the recording of a session: whoever is last told to have missed it and may watch it, once."""

import asyncio
from typing import Any

import pytest

from shared.contracts.envelope import Contract
from shared.postgres.database import PostgresAway
from tests.service.notifications.announcements import (
    attended,
    cohort_opened,
    contact,
    enrolled,
    missed,
    recording_published,
    session_scheduled,
    watched,
    withdrawn,
)
from tests.service.notifications.conftest import Send, cut_off_senders
from tests.service.notifications.mail_server import MailServer, words
from tests.support.delivery import eventually, somebody_waits
from tests.support.services import ServiceUnderTest

PLACE = (contact(), cohort_opened(), session_scheduled(), enrolled())


async def recordings(notifications: ServiceUnderTest) -> list[tuple[str, str | None]]:
    """State and code of each, in the order they were asked for."""

    async def read(tx: Any) -> list[Any]:
        return await tx.fetch("select state, failure_code from message where purpose = 'recording' order by position")

    return [tuple(row) for row in await notifications.db.read(read)]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("apologies", [(True, False), (False, True), (True, True)])
async def test_missed_twice_is_one_mail_that_says_what_was_told_last(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, *, known: bool, apologies: tuple[bool, bool]
) -> None:
    first, last = (missed(apologies=sent) for sent in apologies)
    await notifications.receive(*PLACE, *[recording_published()] * known, first, last)
    await notifications.receive(*[recording_published()] * (not known))
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]
    assert ("Thank you for letting us know" in words(mail_server.taken[1])) is apologies[1]
    assert await recordings(notifications) == [("suppressed", "superseded"), ("sent", None)]


async def test_whoever_has_the_recording_is_not_sent_it_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, recording_published(), missed())
    await send()
    await notifications.receive(missed(apologies=False), attended(), missed())
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]
    assert await recordings(notifications) == [
        ("sent", None),
        ("suppressed", "already_told"),
        ("suppressed", "already_told"),
    ]


@pytest.mark.parametrize(("correction", "code"), [(attended(), "attended"), (watched(), "watched")])
async def test_whoever_was_there_or_has_watched_gets_no_link(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, correction: Contract, code: str
) -> None:
    await notifications.receive(*PLACE, missed(), correction, recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation"]
    assert await recordings(notifications) == [("suppressed", code)]


async def test_a_register_put_right_twice_sends_the_recording_once(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, missed(), attended(), missed(apologies=False), recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]
    assert "Thank you for letting us know" not in words(mail_server.taken[1])


async def test_a_correction_after_the_mail_left_changes_nothing(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, missed(), recording_published())
    await send()
    await notifications.receive(attended())
    assert await recordings(notifications) == [("sent", None)]


async def test_whoever_withdrew_gets_no_link_that_would_be_refused(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, missed(), withdrawn(), recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation", "withdrawal"]
    assert await recordings(notifications) == [("suppressed", "place_given_up")]


@pytest.mark.parametrize("told", [[], [missed(apologies=False)]])
async def test_whoever_comes_back_gets_the_recording_that_was_kept_back(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, told: list[Contract]
) -> None:
    await notifications.receive(*PLACE, missed(), withdrawn(), recording_published())
    await send()
    await notifications.receive(*told)
    await send()
    await notifications.receive(enrolled())
    await send()
    assert sorted(mail_server.purposes()) == ["confirmation", "confirmation", "recording", "withdrawal"]
    await notifications.receive(withdrawn(), enrolled())
    await send()
    assert mail_server.purposes().count("recording") == 1


async def test_whoever_comes_back_having_watched_gets_no_recording(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, missed(), withdrawn(), recording_published())
    await send()
    await notifications.receive(watched(), enrolled())
    await send()
    assert "recording" not in mail_server.purposes()


@pytest.mark.parametrize("answer", ["250 OK", "451 busy"])
async def test_a_miss_told_again_while_the_mail_is_handed_over_is_one_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, answer: str
) -> None:
    await notifications.receive(*PLACE)
    await send()
    await notifications.receive(missed(), recording_published())
    mail_server.answer = answer
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        telling = asyncio.create_task(notifications.receive(missed(apologies=False)))
        await eventually(lambda: somebody_waits(notifications.db))
    await asyncio.gather(sending, telling)
    mail_server.answer = "250 OK"
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]
    states = [state for state, _ in await recordings(notifications)]
    assert sorted(states) == ["sent", "suppressed"]


async def test_a_miss_told_again_after_a_crash_is_the_same_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE)
    await send()
    await notifications.receive(missed(), recording_published())
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.db.run(cut_off_senders)
    with pytest.raises(PostgresAway):
        await sending
    await notifications.receive(missed(apologies=False))
    await send()
    assert mail_server.purposes() == ["confirmation", "recording", "recording"]
    assert len(set(mail_server.ids())) == 2


@pytest.mark.parametrize("told", [[missed(), watched(), missed(apologies=True)], [watched(), missed()]])
async def test_whoever_has_watched_is_sent_no_link_whatever_the_register_says_later(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, told: list[Contract]
) -> None:
    await notifications.receive(*PLACE, *told, recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation"]
    assert (await recordings(notifications))[-1] == ("suppressed", "watched")


async def test_names_and_titles_of_before_the_rules_are_made_plain_and_hold_up_no_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    name, opened = contact(name="Amara").model_copy(update={"name": "Amara\tOkafor"}), cohort_opened()
    await notifications.receive(name, opened.model_copy(update={"title": "Leading\nwell"}), *PLACE[2:])
    await send()
    assert "Leading well" in words(mail_server.taken[0])
    assert "Amara Okafor" in words(mail_server.taken[0])
