"""What can leave, in which order, and how often it was tried."""

from uuid import uuid4

from services.notifications.channels.domain.deliveries import ClaimId
from services.notifications.channels.workers.senders import BATCH
from tests.service.notifications.announcements import (
    cohort_opened,
    contact,
    enrolled,
    missed,
    programme_published,
    recording_published,
    session_scheduled,
)
from tests.service.notifications.conftest import Crash, Rest, Send, claim_all, claims_pass
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.sending import AMARAS, OFFER, many, retry_now
from tests.support.databases import execute, rows
from tests.support.services import ServiceUnderTest


async def test_a_recording_waits_for_its_session(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    unknown = (contact(), programme_published(), cohort_opened(), enrolled(), missed(), recording_published())
    await notifications.receive(*unknown)
    await send()
    await notifications.receive(session_scheduled())
    await send()
    assert "recording" in mail_server.purposes()
    assert await rows(notifications.db, "select 1 from message where failure_code is not null") == []


async def test_what_was_never_tried_goes_first_however_much_has_failed(notifications: ServiceUnderTest) -> None:
    await notifications.receive(*OFFER, *many(BATCH + 2))
    failed = "update message set state = 'temporary-failure', retry_at = clock_timestamp() - interval '1 day'"
    await execute(notifications.db, failed)
    await notifications.receive(contact(), enrolled())
    due = await notifications.db.run(claim_all, ClaimId(uuid4()))
    assert due[0].email == AMARAS


async def test_every_try_is_counted(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, rest: Rest
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled())
    mail_server.refusals[AMARAS] = "451 busy"
    for _ in range(3):
        await send()
        await retry_now(notifications)
        rest.end()
    assert await rows(notifications.db, "select attempts from message") == [(3,)]


async def test_what_a_lost_sender_may_have_sent_stays_uncertain_when_it_is_refused_later(
    notifications: ServiceUnderTest, mail_server: MailServer, send_otherwise: Send, crash: Crash
) -> None:
    await notifications.receive(*OFFER, contact(), enrolled())
    await crash()
    await claims_pass(notifications)
    mail_server.answers[AMARAS] = "550 no such mailbox"
    await send_otherwise()
    async with notifications.as_("ops") as ops:
        report = (await ops.get("/v1/reports/messages")).json()
    assert (report["under_way"], report["uncertain"]) == (0, 1)
