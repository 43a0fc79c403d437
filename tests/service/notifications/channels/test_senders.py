"""Sending under trouble: nothing is lost, nothing is told under two ids, nobody holds up the others."""

import pytest
from structlog.testing import capture_logs

from academy.local.ports import any_free_port
from services.notifications.channels.workers.senders import BATCH
from services.notifications.settings import Settings
from tests.service.notifications.announcements import AMARA, contact, enrolled, withdrawn
from tests.service.notifications.conftest import Rest, Send
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.sending import AMARAS, OFFER, failures, many, retry_now, states
from tests.support.delivery import patience
from tests.support.services import ServiceUnderTest


async def test_one_connection_is_kept_for_all_batches(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, *many(BATCH + 1))
    assert await send() == BATCH + 1
    assert mail_server.connections == 1


async def test_an_outage_of_the_mail_server_loses_nothing_and_blames_no_message(
    notifications: ServiceUnderTest, send: Send, settings: Settings, rest: Rest
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    server = MailServer(any_free_port())
    settings.smtp = f"127.0.0.1:{server.port}"
    assert await send() == 0
    assert await states(notifications) == {"created": 1}
    rest.end()
    async with server.listening():
        assert await send() == 1
    assert server.purposes() == ["confirmation"]
    assert await states(notifications) == {"sent": 1}


async def test_while_the_mail_server_is_away_it_is_asked_less_and_less_often(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.refusals[AMARAS] = "421 closing"
    assert await send() == 1
    await retry_now(notifications)
    for _ in range(20):
        assert await send() == 0
    assert mail_server.connections == 1


async def test_a_server_that_hangs_up_is_called_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    mail_server.hang_up()
    await notifications.receive(withdrawn())
    async with patience():
        while len(mail_server.taken) < 2:
            await retry_now(notifications)
            await send()
            rest.end()
    assert mail_server.purposes() == ["confirmation", "withdrawal"]


async def test_what_left_before_the_server_hung_up_is_settled(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, *many(3), contact(), enrolled())
    mail_server.refusals[AMARAS] = "421 closing"
    assert await send() == 4
    assert await states(notifications) == {"sent": 3, "temporary-failure": 1}
    assert len(await notifications.announced()) == 3


async def test_a_mail_that_ends_the_connection_is_tried_again_behind_the_others(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled(), *many(3))
    mail_server.refusals[AMARAS] = "421 closing"
    for ended in (1, 3):
        assert await send() == ended
        rest.end()
    assert await states(notifications) == {"temporary-failure": 1, "sent": 3}


@pytest.mark.parametrize("server", ["hangs", "is slow"])
async def test_a_mail_has_so_many_seconds_in_all_and_then_the_others_have_their_turn(
    notifications: ServiceUnderTest,
    mail_server: MailServer,
    send: Send,
    send_otherwise: Send,
    *,
    settings: Settings,
    rest: Rest,
    server: str,
) -> None:
    """Each answer alone comes in time."""
    await notifications.receive(*OFFER, contact(), enrolled(), *many(3))
    if server == "hangs":
        mail_server.hangs_at.add(AMARAS)
    else:
        mail_server.slow = 0.9
    patient, settings.mail_seconds = settings.mail_seconds, 2
    async with patience():
        while not await send():
            rest.end()
    settings.mail_seconds, mail_server.slow = patient, 0.0
    [(person_id, state, code)] = await failures(notifications)
    assert (person_id, state) == (AMARA, "temporary-failure")
    assert code in {"connection_lost", "unconfirmed"}
    rest.end()
    assert await send_otherwise() == 3
    assert len(mail_server.taken) <= 4


async def test_a_server_that_dies_after_it_took_a_mail_is_told_again_under_the_same_id_and_later(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.dies_after.add(AMARAS)
    assert await send() == 1
    for _ in range(5):
        rest.end()
        assert await send() == 0
    assert len(mail_server.taken) == 1
    mail_server.dies_after.clear()
    await retry_now(notifications)
    assert await send() == 1
    assert len(set(mail_server.ids())) == 1
    assert len(await notifications.announced()) == 1


async def test_a_temporary_refusal_pauses_that_message_alone_and_is_tried_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), *many(2))
    mail_server.refusals[AMARAS] = "451 busy"
    await send()
    assert await states(notifications) == {"sent": 2, "temporary-failure": 1}
    mail_server.refusals.clear()
    assert await send() == 0
    await retry_now(notifications)
    assert await send() == 1
    assert await states(notifications) == {"sent": 3}


async def test_a_cancellation_never_overtakes_an_invitation_that_is_still_tried(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.refusals[AMARAS] = "451 busy"
    await send()
    mail_server.refusals.clear()
    await notifications.receive(withdrawn())
    assert await send() == 0
    await retry_now(notifications)
    await send()
    assert mail_server.purposes() == ["confirmation", "withdrawal"]


async def test_a_permanent_refusal_ends_the_message_with_its_code(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), *many(2))
    mail_server.refusals[AMARAS] = "550 no such mailbox"
    await send()
    await retry_now(notifications)
    assert await send() == 0
    assert await states(notifications) == {"sent": 2, "permanent-failure": 1}
    failed = await notifications.db.read(
        lambda tx: tx.fetchval("select failure_code from message where person_id = $1", AMARA)
    )
    assert failed == "smtp_550"
    assert len(await notifications.announced()) == 2


async def test_an_address_that_is_none_ends_its_own_message_only(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email="not an address"), *OFFER, enrolled(), *many(1))
    await send()
    assert await states(notifications) == {"sent": 1, "permanent-failure": 1}
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("name", ["\U0001f600" * 200, "Nguyễn " * 60 + "Ánh", "a" * 1200, "=?utf-8?q?x?="])
async def test_a_mail_server_takes_a_mail_to_any_name(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, name: str
) -> None:
    await notifications.receive(contact(name=name, email=AMARAS), *OFFER, enrolled())
    await send()
    assert await states(notifications) == {"sent": 1}
    assert mail_server.taken[0]["To"].addresses[0].addr_spec == AMARAS


async def test_a_message_that_cannot_be_written_holds_up_nobody_and_is_logged_by_its_event(
    notifications: ServiceUnderTest, send: Send
) -> None:
    """Its own id follows from event and person: whoever knows people could find out whose it is."""
    *_, event, _, _ = await notifications.receive(contact(), *OFFER, enrolled(), *many(1))
    await notifications.db.run(lambda tx: tx.execute("update message set details = '{}' where person_id = $1", AMARA))
    with capture_logs() as told:
        await send()
    [line] = [line for line in told if line["event"] == "message_unwritable"]
    assert {name: line[name] for name in line if name not in {"event", "log_level", "cause"}} == {
        "cause_event_id": str(event.envelope.id),
        "purpose": "confirmation",
    }
    assert await states(notifications) == {"sent": 1, "technical-failure": 1}
