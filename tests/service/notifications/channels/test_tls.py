"""A letter goes over TLS to the server it was meant for, or not at all."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from aiosmtplib import SMTP

from services.notifications.channels.workers.smtp_connection import MailServerUnavailable, SmtpConnection
from services.notifications.settings import Settings
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.tls_server import LOGIN, SealedServer, certified
from tests.support.delivery import PATIENCE
from tests.support.links import LINK_KEYS

WAYS = ("starttls", "implicit")
LETTER = b"Subject: Your place\r\n\r\nYou have one.\r\n"

Way = Literal["starttls", "implicit"]


@asynccontextmanager
async def a_connection(port: int, way: Way, password: str = LOGIN.password.decode()) -> AsyncGenerator[SmtpConnection]:
    settings = Settings(
        env="production",
        smtp=f"127.0.0.1:{port}",
        smtp_tls=way,
        smtp_username=LOGIN.login.decode(),
        smtp_password=password,
        link_keys=LINK_KEYS,
        public_url="https://academy.example.nhs.uk",
    )
    connection = SmtpConnection(SMTP(**settings.smtp_connection()), seconds=PATIENCE)
    yield connection
    await connection.close()


async def hand_over(connection: SmtpConnection) -> None:
    await connection.send(LETTER, sender="academy@example.org", recipient="a@example.org")


@pytest.mark.parametrize("way", WAYS)
async def test_a_letter_goes_sealed_to_a_server_that_proves_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    context, trusted = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with SealedServer(way, context).listening() as server, a_connection(server.port, way) as connection:
        await hand_over(connection)
        assert server.taken == [LETTER]


@pytest.mark.parametrize("way", WAYS)
async def test_a_server_nobody_vouches_for_is_told_nothing(tmp_path: Path, way: Way) -> None:
    context, _ = certified(tmp_path)
    async with SealedServer(way, context).listening() as server, a_connection(server.port, way) as connection:
        with pytest.raises(MailServerUnavailable):
            await hand_over(connection)
        assert server.taken == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_certificate_of_another_address_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    context, trusted = certified(tmp_path, "192.0.2.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with SealedServer(way, context).listening() as server, a_connection(server.port, way) as connection:
        with pytest.raises(MailServerUnavailable):
            await hand_over(connection)
        assert server.taken == []


async def test_a_server_that_offers_no_tls_gets_neither_letter_nor_password(mail_server: MailServer) -> None:
    """As one looks from whose answer somebody between us has taken STARTTLS."""
    async with a_connection(mail_server.port, "starttls") as connection:
        with pytest.raises(MailServerUnavailable):
            await hand_over(connection)
    assert (mail_server.connections, mail_server.taken) == (1, [])


async def test_a_wrong_password_is_the_posts_trouble_and_no_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with (
        SealedServer("starttls", context).listening() as server,
        a_connection(server.port, "starttls", "x") as connection,
    ):
        with pytest.raises(MailServerUnavailable):
            await hand_over(connection)
        assert server.taken == []
