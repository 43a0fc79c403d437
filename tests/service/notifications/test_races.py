"""A place that is taken while a recording of it is kept back for want of it: whoever commits last sees the other."""

import asyncio
from uuid import uuid4

from services.notifications.channels.commands.deliveries import settle
from services.notifications.channels.domain.deliveries import ClaimId
from services.notifications.channels.workers.senders import Batch
from services.notifications.settings import Settings
from shared.contracts.envelope import Contract
from shared.postgres.database import Transaction
from tests.service.notifications.announcements import (
    NOW,
    contact,
    enrolled,
    missed,
    recording_published,
    withdrawn,
)
from tests.service.notifications.conftest import Send, claim_and_send
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.sending import OFFER
from tests.support.delivery import eventually, somebody_waits, unhurried
from tests.support.services import ServiceUnderTest


async def settled_meanwhile(notifications: ServiceUnderTest, claim: ClaimId, batch: Batch, *events: Contract) -> None:
    """The events are applied, settling comes upon what they have written, and then they are committed."""
    settling: list[asyncio.Task[object]] = []

    async def apply(tx: Transaction) -> None:
        await unhurried(tx)
        for event in events:
            await notifications.inbox.handle(tx, notifications.envelope(event))
        settling.append(asyncio.create_task(notifications.db.run(settle, claim, batch.done, now=NOW)))
        await eventually(lambda: somebody_waits(notifications.db))

    await notifications.db.run(apply)
    await asyncio.gather(*settling)


async def test_a_place_nobody_had_heard_of(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, settings: Settings
) -> None:
    """The topic of attendance may be read before that of places."""
    await notifications.receive(contact(), *OFFER, missed(), recording_published())
    batch = await claim_and_send(notifications, settings, claim := ClaimId(uuid4()))
    await settled_meanwhile(notifications, claim, batch, enrolled())
    await send()
    assert sorted(mail_server.purposes()) == ["confirmation", "recording"]


async def test_a_place_that_was_given_up(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, settings: Settings
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await notifications.receive(missed(), withdrawn())
    await send()
    await notifications.receive(recording_published())
    batch = await claim_and_send(notifications, settings, claim := ClaimId(uuid4()))
    await settled_meanwhile(notifications, claim, batch, enrolled())
    await send()
    assert "recording" in mail_server.purposes()
