"""The notifications service on a database of its own, and a mail server beside it."""

import asyncio
import math
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest
from aiosmtplib import SMTP

from services.notifications.app import service
from services.notifications.channels.commands import deliveries
from services.notifications.channels.commands.identities import sender_identity
from services.notifications.channels.domain.deliveries import ClaimId
from services.notifications.channels.domain.letters import DueMessage
from services.notifications.channels.store import templates
from services.notifications.channels.workers.senders import BATCH, Batch, Sender
from services.notifications.channels.workers.smtp_connection import SmtpConnection
from services.notifications.settings import Settings
from shared.postgres.database import PostgresUnavailable, Transaction
from shared.workers import WorkerContext
from tests.service.notifications.announcements import NOW
from tests.service.notifications.mail_server import MailServer
from tests.support.databases import connected, execute, fresh_database, reopen, rows, shut
from tests.support.delivery import PATIENCE
from tests.support.links import LINK_KEYS
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer

Send: TypeAlias = Callable[..., Coroutine[None, None, int]]


@dataclass(slots=True)
class Rest:
    """The clock by which a sender rests after a failure: it goes on when a test says so."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def end(self) -> None:
        """Let more time pass than the longest rest takes."""
        self.now += 2 * SmtpConnection.LONGEST_REST


@pytest.fixture(autouse=True)
def rest(monkeypatch: pytest.MonkeyPatch) -> Rest:
    monkeypatch.setattr("services.notifications.channels.workers.smtp_connection.time", rest := Rest())
    return rest


@pytest.fixture
async def notifications(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    async with (
        fresh_database(postgres_admin, "notifications") as address,
        connected(address) as db,
        serving(service, db, signer) as under_test,
    ):
        yield under_test


@pytest.fixture
async def mail_server() -> AsyncGenerator[MailServer]:
    server = MailServer()
    async with server.listening():
        yield server


@pytest.fixture
def settings(mail_server: MailServer) -> Settings:
    return Settings(smtp=f"127.0.0.1:{mail_server.port}", public_url="https://academy.example.org", link_keys=LINK_KEYS)


@pytest.fixture
async def sender() -> AsyncGenerator[Sender]:
    sender = Sender(templates.load())
    yield sender
    await sender.close()


@pytest.fixture
async def another_sender() -> AsyncGenerator[Sender]:
    sender = Sender(templates.load())
    yield sender
    await sender.close()


@pytest.fixture
def send(notifications: ServiceUnderTest, sender: Sender, settings: Settings) -> Send:
    """Send until nothing is due at `at`; how many messages came to an end."""
    return sending(notifications, sender, settings)


@pytest.fixture
def send_otherwise(notifications: ServiceUnderTest, another_sender: Sender, settings: Settings) -> Send:
    """The same by another process, or the one that is started after a crash."""
    return sending(notifications, another_sender, settings)


def sending(notifications: ServiceUnderTest, sender: Sender, settings: Settings) -> Send:
    async def send_all(at: datetime = NOW) -> int:
        await notifications.clock.advance_to(at)
        context, total = WorkerContext(notifications.db, notifications.clock, settings), 0
        while done := await sender.send_due(context):
            total += done
        return total

    return send_all


Crash: TypeAlias = Callable[[], Coroutine[None, None, None]]


@pytest.fixture
def crash(notifications: ServiceUnderTest, mail_server: MailServer, send: Send, postgres_admin: str) -> Crash:
    """A sender is gone for good after the mail server's yes and before it could write that down."""

    async def gone() -> None:
        [(name,)] = await rows(notifications.db, "select current_database()")
        async with mail_server.silent() as handing_over:
            sending = asyncio.create_task(send())
            await handing_over.wait()
            await shut(postgres_admin, name)
        with pytest.raises(PostgresUnavailable):
            await sending
        await reopen(postgres_admin, name)

    return gone


async def claims_pass(notifications: ServiceUnderTest) -> None:
    """Let every claim have lasted as long as it does."""
    await execute(notifications.db, "update message set claimed_until = clock_timestamp() where claim is not null")


async def claim_all(tx: Transaction, claim: ClaimId) -> list[DueMessage]:
    """What a sender does first."""
    lasts = timedelta(minutes=6)
    return [*(await deliveries.claim(tx, claim, lasts=lasts, now=NOW, limit=BATCH, most_an_hour=20)).due]


async def claim_and_send(
    notifications: ServiceUnderTest, settings: Settings, claim: ClaimId, *, until: float = math.inf
) -> Batch:
    """All that a sender does but settle."""
    due = await notifications.db.run(claim_all, claim)
    connection = SmtpConnection(SMTP(**settings.smtp_connection()), seconds=PATIENCE)
    batch = Batch(due, templates.load(), sender_identity(settings), connection, NOW, until=until)
    await batch.send()
    await connection.close()
    return batch
