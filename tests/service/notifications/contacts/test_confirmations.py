"""A confirmation reaches whoever holds the place, with every date, whatever is heard while it is on its way."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.notifications.channels.commands import deliveries
from services.notifications.channels.domain.deliveries import ClaimId
from services.notifications.settings import Settings
from shared.postgres.database import Transaction
from tests.service.notifications.announcements import NOW, contact, enrolled, session_scheduled, withdrawn
from tests.service.notifications.conftest import Send, claim_and_send
from tests.service.notifications.mail_server import MailServer, uids
from tests.service.notifications.sending import AMARAS, LATER_DATE, OFFER, many
from tests.support.delivery import eventually, somebody_waits, unhurried
from tests.support.services import ServiceUnderTest


@pytest.mark.parametrize("refused", ["not an address", "550", "451"])
async def test_a_confirmation_that_reached_nobody_goes_to_the_new_address_with_every_date(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, refused: str
) -> None:
    at_first = contact() if refused.isdecimal() else contact(email=refused)
    mail_server.refusals[AMARAS] = f"{refused} no such mailbox"
    await notifications.receive(at_first, *OFFER, enrolled())
    await send()
    await notifications.receive(LATER_DATE)
    await send()
    assert mail_server.taken == []
    await notifications.receive(contact(email="amara@example.org"))
    await send()
    assert mail_server.purposes() == ["confirmation"]
    assert len(uids(mail_server.taken[0])) == 2
    await notifications.receive(contact(email="amara.okafor@example.org"))
    assert await send() == 0


async def test_a_place_given_up_is_not_confirmed_at_a_new_address(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email="not an address"), *OFFER, enrolled(), withdrawn())
    await send()
    await notifications.receive(contact(email="amara@example.org"))
    await send()
    assert mail_server.taken == []
    await notifications.receive(enrolled())
    await send()
    assert mail_server.purposes() == ["confirmation"]


@pytest.mark.parametrize("refusal", ["550 no such mailbox", "451 busy"])
async def test_an_address_that_changes_while_the_old_one_is_refused_is_tried(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, refusal: str
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.answers[AMARAS] = refusal
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.receive(contact(email="amara@example.org"))
    await sending
    assert [mail["To"] for mail in mail_server.taken] == ["Amara Okafor <amara@example.org>"]


async def test_a_place_taken_anew_while_its_first_confirmation_is_on_the_way_waits_for_its_own(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        mail_server.refusals[AMARAS] = "550 no such mailbox"
        await notifications.receive(withdrawn(), enrolled())
    await sending
    await send()
    mail_server.refusals.clear()
    await notifications.receive(contact(email="amara@example.org"))
    await send()
    to_the_new_one = [m for m in mail_server.taken if m["To"].addresses[0].addr_spec == "amara@example.org"]
    assert [m["X-Academy-Purpose"] for m in to_the_new_one] == ["confirmation"]


async def test_an_address_that_is_changing_while_the_old_one_is_refused_is_waited_for(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    mail_server.answers[AMARAS] = "550 no such mailbox"

    async def change_slowly(tx: Transaction, written: asyncio.Event) -> None:
        await unhurried(tx)
        await notifications.inbox.handle(tx, notifications.envelope(contact(email="amara@example.org")))
        written.set()
        await eventually(lambda: somebody_waits(notifications.db))

    written = asyncio.Event()
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        changing = asyncio.create_task(notifications.db.run(change_slowly, written))
        await written.wait()
    await asyncio.gather(sending, changing)
    await send()
    assert [mail["To"].addresses[0].addr_spec for mail in mail_server.taken] == ["amara@example.org"]


async def test_a_session_that_comes_while_its_confirmation_is_on_the_way_is_told_by_an_update(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    async with mail_server.silent() as handing_over:
        sending = asyncio.create_task(send())
        await handing_over.wait()
        await notifications.receive(session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC)))
    await sending
    await send()
    assert mail_server.purposes() == ["confirmation", "session_update"]
    assert [len(uids(m)) for m in mail_server.taken] == [1, 1]


async def test_a_confirmation_is_not_settled_while_a_session_is_being_written(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())

    async def schedule_slowly(tx: Transaction, written: asyncio.Event) -> None:
        await unhurried(tx)
        await notifications.inbox.handle(tx, notifications.envelope(LATER_DATE))
        written.set()
        await eventually(lambda: somebody_waits(notifications.db))

    written = asyncio.Event()
    scheduling = asyncio.create_task(notifications.db.run(schedule_slowly, written))
    await written.wait()
    await asyncio.gather(send(), scheduling)
    await send()
    assert mail_server.purposes() == ["confirmation", "session_update"]


async def test_a_session_is_not_written_while_a_confirmation_is_being_settled(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, settings: Settings
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    claim = ClaimId(uuid4())
    batch = await claim_and_send(notifications, settings, claim)

    async def settle_slowly(tx: Transaction, settled: asyncio.Event) -> None:
        await unhurried(tx)
        await deliveries.settle(tx, claim, batch.done, now=NOW)
        settled.set()
        await eventually(lambda: somebody_waits(notifications.db))

    settled = asyncio.Event()
    settling = asyncio.create_task(notifications.db.run(settle_slowly, settled))
    await settled.wait()
    await asyncio.gather(notifications.receive(LATER_DATE), settling)
    await send()
    assert mail_server.purposes() == ["confirmation", "session_update"]


@pytest.mark.parametrize("_round", range(3))
async def test_sessions_and_confirmations_that_race_leave_everybody_knowing_every_date(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, _round: int
) -> None:
    await notifications.receive(*OFFER, *many(20))
    mail_server.slow = 0.002

    async def schedule() -> None:
        for day in range(1, 9):
            starts_at = datetime(2020, 10, day, 9, tzinfo=UTC)
            await notifications.receive(session_scheduled(uuid4(), starts_at=starts_at))
            await asyncio.sleep(0.01)  # spread over the time the mails take; any other mixture must do as well

    await asyncio.gather(send(), schedule())
    await send()
    told: dict[str, set[str]] = {}
    for mail in mail_server.taken:
        told.setdefault(str(mail["To"]), set()).update(uids(mail))
    assert [len(dates) for dates in told.values()] == [9] * 20
