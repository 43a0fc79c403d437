"""Whatever a mail server says or does not: no message is lost by it, none is sent without end, none holds up all."""

import pytest

from services.notifications.channels.domain.deliveries import MOST_UNCONFIRMED
from tests.service.notifications.announcements import contact, enrolled, withdrawn
from tests.service.notifications.conftest import Rest, Send
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.sending import AMARAS, OFFER, failures, many, retry_now, states
from tests.support.databases import execute, rows
from tests.support.services import ServiceUnderTest


async def test_a_server_that_will_not_be_greeted_turns_away_no_mail_for_good(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await notifications.receive(*OFFER, *many(3))
    mail_server.greeting = "550 your host is blocked"
    assert await send() == 0
    assert await states(notifications) == {"created": 3}
    mail_server.greeting = None
    rest.end()
    assert await send() == 3


@pytest.mark.parametrize("taken", ["200 taken", "251 forwarded"])
async def test_any_yes_to_a_mail_is_a_yes(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, taken: str
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled())
    mail_server.answers[AMARAS] = taken
    assert await send() == 1
    assert await states(notifications) == {"sent": 1}


@pytest.mark.parametrize("answer", ["hello", "99 x", "354 go on"])
async def test_what_is_no_answer_ends_its_connection_and_no_other_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest, answer: str
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled(), *many(3))
    mail_server.answers[AMARAS] = answer
    assert await send() == 1
    rest.end()
    assert await send() == 3
    assert [(state, code) for _, state, code in await failures(notifications)] == [("temporary-failure", "unconfirmed")]


async def test_a_mail_that_is_too_large_for_the_server_ends_alone(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled(), *many(3))
    mail_server.answers[AMARAS] = "552 too large"
    assert await send() == 4
    assert await states(notifications) == {"permanent-failure": 1, "sent": 3}


async def test_a_mail_handed_over_again_and_again_without_a_word_comes_to_an_end(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    """Whoever it is for has it as often by then; what follows it goes on."""
    await notifications.receive(*OFFER, contact(), enrolled())
    mail_server.dies_after.add(AMARAS)
    for _ in range(2 * MOST_UNCONFIRMED):
        await send()
        await retry_now(notifications)
        rest.end()
    assert len(mail_server.taken) == MOST_UNCONFIRMED
    assert [(state, code) for _, state, code in await failures(notifications)] == [("technical-failure", "unconfirmed")]
    mail_server.dies_after.clear()
    await notifications.receive(withdrawn())
    await send()
    assert mail_server.purposes()[-1] == "withdrawal"


async def test_recipients_at_which_the_server_hangs_keep_nobody_waiting_who_was_not_tried(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    """However many they are, and though their pauses are over."""
    await notifications.receive(*OFFER, *many(3))
    older = [email for (email,) in await rows(notifications.db, "select email from contact")]
    mail_server.refusals = dict.fromkeys(older, "421 closing")
    for _ in older:
        await send()
        rest.end()
    await execute(notifications.db, "update message set retry_at = clock_timestamp() - interval '1 day'")
    await notifications.receive(contact(), enrolled())
    await send()
    assert [mail["To"].addresses[0].addr_spec for mail in mail_server.taken] == [AMARAS]
