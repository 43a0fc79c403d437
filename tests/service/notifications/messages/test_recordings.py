"""Who gets the recording of a session: whoever is last told to have missed it and may watch it, once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.channels.commands.deliveries import settle
from services.notifications.channels.domain.deliveries import ClaimId
from services.notifications.messages.commands.recordings import give_up
from services.notifications.messages.domain.messages import RECORDING_COMES_WITHIN
from services.notifications.settings import Settings
from shared.contracts.envelope import Contract
from shared.postgres.database import Transaction
from tests.service.notifications.announcements import (
    NOW,
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
from tests.service.notifications.conftest import Crash, Send, claim_and_send, claims_pass
from tests.service.notifications.mail_server import MailServer, words
from tests.support.delivery import unhurried
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
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, send_otherwise: Send, answer: str
) -> None:
    await notifications.receive(*PLACE)
    await send()
    await notifications.receive(missed(), recording_published())
    mail_server.answers[contact().email] = answer
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.receive(missed(apologies=False))
        assert await send_otherwise() == 0
    await sending
    mail_server.answers.clear()
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]
    states = [state for state, _ in await recordings(notifications)]
    assert sorted(states) == ["sent", "suppressed"]


async def test_a_miss_told_again_after_a_crash_is_the_same_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, send_otherwise: Send, crash: Crash
) -> None:
    await notifications.receive(*PLACE)
    await send()
    await notifications.receive(missed(), recording_published())
    await crash()
    await notifications.receive(missed(apologies=False))
    assert await send_otherwise() == 0
    await claims_pass(notifications)
    await send_otherwise()
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


async def given_up(notifications: ServiceUnderTest, after: timedelta) -> int:
    return await notifications.db.run(give_up, now=NOW + after, limit=10)


async def test_a_recording_that_never_comes_is_waited_for_ninety_days_and_sent_should_it_come_after_all(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, missed())
    await send()
    assert await given_up(notifications, RECORDING_COMES_WITHIN - timedelta(seconds=1)) == 0
    assert await given_up(notifications, RECORDING_COMES_WITHIN) == 1
    assert await recordings(notifications) == [("suppressed", "not_recorded")]
    await notifications.receive(recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]


async def test_a_recording_that_is_there_is_not_given_up_because_the_mail_server_is_away(
    notifications: ServiceUnderTest,
) -> None:
    await notifications.receive(*PLACE, missed(), recording_published())
    assert await given_up(notifications, 2 * RECORDING_COMES_WITHIN) == 0


@pytest.mark.parametrize(
    ("told", "mails"),
    [([attended()], 0), ([watched()], 0), ([missed(apologies=False)], 1), ([attended(), missed()], 1)],
    ids=["attended", "watched", "missed", "attended, missed"],
)
async def test_what_is_told_after_a_recording_was_given_up_counts_when_it_comes(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, told: Sequence[Contract], mails: int
) -> None:
    await notifications.receive(*PLACE, missed())
    await given_up(notifications, RECORDING_COMES_WITHIN)
    await notifications.receive(*told, recording_published())
    await send()
    assert mail_server.purposes() == ["confirmation", *["recording"] * mails]


async def test_a_recording_that_comes_while_it_is_given_up_is_promised_the_next_time(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    """Neither sees the other's word before both are committed."""
    await notifications.receive(*PLACE, missed())
    await send()

    async def give_up_late(tx: Transaction) -> None:
        await unhurried(tx)
        assert await give_up(tx, now=NOW + RECORDING_COMES_WITHIN, limit=10) == 1
        await notifications.receive(recording_published())

    await notifications.db.run(give_up_late)
    assert await recordings(notifications) == [("suppressed", "not_recorded")]
    assert await given_up(notifications, RECORDING_COMES_WITHIN) == 0
    await send()
    assert mail_server.purposes() == ["confirmation", "recording"]


async def test_who_attended_after_all_is_sent_no_recording_with_a_place_taken_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*PLACE, missed(), withdrawn(), recording_published())
    await send()
    await notifications.receive(attended(), enrolled())
    await send()
    assert "recording" not in mail_server.purposes()


async def test_a_place_taken_again_while_its_recording_is_kept_back_gets_the_recording(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, settings: Settings
) -> None:
    """The letter was written when the place was given up, and is settled when it is held again."""
    await notifications.receive(*PLACE, missed(), withdrawn(), recording_published())
    claim = ClaimId(uuid4())
    batch = await claim_and_send(notifications, settings, claim)
    await notifications.receive(enrolled())
    await notifications.db.run(settle, claim, batch.done, now=NOW)
    await send()
    assert "recording" in mail_server.purposes()


async def test_names_and_titles_of_before_the_rules_are_made_plain_and_hold_up_no_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    name, opened = contact(name="Amara").model_copy(update={"name": "Amara\tOkafor"}), cohort_opened()
    await notifications.receive(name, opened.model_copy(update={"title": "Leading\nwell"}), *PLACE[2:])
    await send()
    assert "Leading well" in words(mail_server.taken[0])
    assert "Amara Okafor" in words(mail_server.taken[0])
