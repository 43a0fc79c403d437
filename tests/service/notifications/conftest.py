"""The notifications service on a database of its own, and a mail server beside it."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import datetime
from typing import Any, TypeAlias

import pytest

from services.notifications.app import service
from services.notifications.settings import Settings
from services.notifications.store import templates
from services.notifications.workers.senders import Sender
from shared.postgres.database import Transaction
from shared.workers import WorkerContext
from tests.service.notifications.announcements import NOW
from tests.service.notifications.mail_server import MailServer
from tests.support.databases import connected, fresh_database
from tests.support.delivery import PATIENCE
from tests.support.links import LINK_KEYS
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer

Send: TypeAlias = Callable[..., Coroutine[None, None, int]]


class PatientSettings(Settings):
    """The product takes a mail server for away that is silent for ten seconds; a machine that stalls is no such one."""

    def smtp_connection(self) -> dict[str, Any]:
        return super().smtp_connection() | {"timeout": PATIENCE}


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
    return PatientSettings(
        smtp=f"127.0.0.1:{mail_server.port}", public_url="https://academy.example.org", link_keys=LINK_KEYS
    )


@pytest.fixture
async def sender() -> AsyncGenerator[Sender]:
    sender = Sender(templates.load())
    yield sender
    await sender.close()


@pytest.fixture
def send(notifications: ServiceUnderTest, sender: Sender, settings: Settings) -> Send:
    """Send until nothing is due at `at`; how many messages came to an end."""

    async def send_all(at: datetime = NOW) -> int:
        await notifications.clock.see(at)
        context, total = WorkerContext(notifications.db, notifications.clock, settings), 0
        while done := await sender.send_due(context):
            total += done
        return total

    return send_all


async def cut_off_senders(tx: Transaction) -> None:
    """End the connection of every sender that waits for the mail server."""
    await tx.execute(
        "select pg_terminate_backend(pid, 20000) from pg_stat_activity"
        " where datname = current_database() and state = 'idle in transaction'"
    )
