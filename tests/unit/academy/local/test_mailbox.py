from collections.abc import AsyncGenerator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest

from academy.local import mailbox
from academy.local.ports import LOOPBACK, any_free_port
from tests.support.delivery import PATIENCE

INVITATION = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
async def smtp_port() -> int:
    return any_free_port()


@pytest.fixture
async def visitor(tmp_path: Path, smtp_port: int) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody who looks at the mailbox while its SMTP server listens."""
    app = mailbox.create_app(tmp_path / "mails", smtp_port, {"ACADEMY_ENV": "development"})
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mailbox.example.org")
    async with app.router.lifespan_context(app), client:
        yield client


def an_invitation(**changes: str) -> EmailMessage:
    mail = EmailMessage()
    headers = {"From": "academy@example.org", "To": "a@example.nhs.uk", "Subject": "Your place", "Message-ID": "<1@x>"}
    for name, value in (headers | {"X-Academy-Purpose": "confirmation"} | changes).items():
        mail[name] = value
    mail.set_content("You have a place.")
    mail.add_alternative("<p>You have a <b>place</b>.</p>", subtype="html")
    mail.add_attachment(INVITATION.encode(), maintype="text", subtype="calendar", filename="invitation.ics")
    return mail


async def send(mail: EmailMessage, port: int) -> None:
    await aiosmtplib.send(mail, hostname=LOOPBACK, port=port, timeout=PATIENCE)


async def test_a_mail_is_listed_and_shown_with_all_its_parts(visitor: httpx.AsyncClient, smtp_port: int) -> None:
    await send(an_invitation(), smtp_port)
    assert 'href="messages/1">Your place' in (await visitor.get("/")).text
    shown = (await visitor.get("/messages/1")).text
    assert "You have a place." in shown
    assert "BEGIN:VCALENDAR" in shown
    assert "<iframe sandbox " in shown


async def test_programs_read_mails_and_counts_as_json(visitor: httpx.AsyncClient, smtp_port: int) -> None:
    await send(an_invitation(), smtp_port)
    await send(an_invitation(), smtp_port)
    assert (await visitor.get("/api/stats")).json() == {
        "total": 2,
        "distinct_message_ids": 1,
        "by_purpose": {"confirmation": 1},
    }
    listed = (await visitor.get("/api/messages", params={"to": "a@example.nhs.uk", "after": 1})).json()
    assert [mail["id"] for mail in listed["messages"]] == [2]
    mail = (await visitor.get("/api/messages/2")).json()
    assert (mail["text"].strip(), mail["calendar"]) == ("You have a place.", INVITATION)


async def test_the_calendar_file_is_downloaded_not_run(visitor: httpx.AsyncClient, smtp_port: int) -> None:
    await send(an_invitation(), smtp_port)
    part = await visitor.get("/messages/1/parts/2")
    assert part.text == INVITATION
    assert part.headers["content-disposition"] == 'attachment; filename="invitation.ics"'


async def test_what_a_mail_says_is_never_markup_of_the_mailbox(visitor: httpx.AsyncClient, smtp_port: int) -> None:
    await send(an_invitation(Subject="<script>alert(1)</script>"), smtp_port)
    for page in ("/", "/messages/1"):
        assert "<script>alert" not in (await visitor.get(page)).text


MALFORMED = (
    b"To: =?utf-8?q?=0A?= <a@example.org>",
    b'To: "Pat =?utf-8?q?=0A?=" <a@example.org>',
    b"To: =?utf-8?q??=",
    b"To: =?utf-8?q?x <a@example.org>, =?utf-8?q?\xe2\x80?=",
    b"To: =?utf-8?q??= <",
    b'From: "',
    b"From: <>, @, ;:",
    b"Subject: =?utf-8?q?=ED=A0=80?= \xff\xfe",
    b"Subject: =?nonsense?x?y?=",
    b"Message-ID: <",
    b"Message-ID: =?utf-8?q?x?=",
    b"Date: never",
    b"X-Academy-Purpose: \xff",
    b"Content-Type: text/=?utf-8?q?=E2=82=AC?=",
    b"Content-Type: text/plain; charset=nonsense",
    b"Content-Type: text/plain; charset*=nonsense'en'x",
    b"Content-Type: ;",
    b"Content-Disposition: attachment; filename*=nonsense'en'%ff",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ed%a0%80",
    b"Content-Transfer-Encoding: =?utf-8?q?x?=",
    b"MIME-Version: =?",
    b": no name",
)


@pytest.mark.parametrize("header", MALFORMED)
async def test_a_header_however_malformed_is_shown(visitor: httpx.AsyncClient, smtp_port: int, header: bytes) -> None:
    mail = header + b"\r\nSubject: Still here\r\n\r\nThe words.\r\n"
    client = aiosmtplib.SMTP(hostname=LOOPBACK, port=smtp_port, timeout=PATIENCE)
    async with client:
        await client.sendmail("academy@example.org", ["a@example.org"], mail)
    for page in ("/", "/messages/1", "/api/messages", "/api/messages/1", "/messages/1/parts/0"):
        assert (await visitor.get(page)).status_code == 200
    assert "The words." in (await visitor.get("/messages/1/parts/0")).text


async def test_a_mail_that_is_not_there_is_not_found(visitor: httpx.AsyncClient) -> None:
    for path in ("/messages/1", "/api/messages/1", "/messages/1/parts/0"):
        assert (await visitor.get(path)).status_code == 404
