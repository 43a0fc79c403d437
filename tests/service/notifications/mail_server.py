"""A real SMTP server on a free port of this machine; tests read what it took and tell it what to refuse."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar

TAKEN = "250 OK"


@dataclass(slots=True)
class MailServer:
    """`taken` in order of arrival; `refusals` by recipient, `greeting` for everybody."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list[EmailMessage])
    refusals: dict[str, str] = field(default_factory=dict[str, str])
    answers: dict[str, str] = field(default_factory=dict[str, str])
    """What it says to a mail, by recipient; one it refuses it does not take."""
    connections: int = 0
    slow: float = 0.0
    """Seconds it takes over each answer: room for a race, and nothing that a test waits for."""
    greeting: str | None = None
    """What it says to who greets it, instead of a welcome."""
    hangs_at: set[str] = field(default_factory=set[str])
    """Recipients whose mails it never says a word to."""
    dies_after: set[str] = field(default_factory=set[str])
    """Recipients whose mails it takes, and ends the connection without saying so."""
    _handing_over: asyncio.Event = field(default_factory=asyncio.Event)
    _answering: asyncio.Event = field(default_factory=asyncio.Event)
    _open: list[SMTP] = field(default_factory=list[SMTP])

    async def handle_EHLO(  # noqa: N802 the library's name
        self,
        server: SMTP,  # noqa: ARG002 the library's call
        session: Session,
        envelope: Envelope,  # noqa: ARG002
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        if self.greeting is not None:
            return [self.greeting]
        session.host_name = hostname
        return responses

    async def handle_HELO(  # noqa: N802 the library's name
        self,
        server: SMTP,  # noqa: ARG002 the library's call
        session: Session,
        envelope: Envelope,  # noqa: ARG002
        hostname: str,
    ) -> str:
        session.host_name = hostname
        return self.greeting or TAKEN

    async def handle_MAIL(  # noqa: N802 the library's name
        self,
        server: SMTP,  # noqa: ARG002 the library's call
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        await asyncio.sleep(self.slow)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return TAKEN

    async def handle_RCPT(  # noqa: N802 the library's name
        self,
        server: SMTP,  # noqa: ARG002 the library's call
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        await asyncio.sleep(self.slow)
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(  # noqa: N802 the library's name
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002 the library's call
        envelope: Envelope,
    ) -> str:
        self._handing_over.set()
        await asyncio.sleep(self.slow)
        await self._answering.wait()
        [recipient] = envelope.rcpt_tos
        if recipient in self.hangs_at:
            await asyncio.Event().wait()
        answer = self.answers.get(recipient, TAKEN)
        if not answer.startswith("2"):
            return answer
        self.taken.append(message_from_bytes(cast("bytes", envelope.content), policy=policy.default))
        if recipient in self.dies_after:
            cast("asyncio.Transport", server.transport).abort()
        return answer

    def __post_init__(self) -> None:
        self._answering.set()

    @asynccontextmanager
    async def silent(self) -> AsyncGenerator[asyncio.Event]:
        """Answer no mail before the block ends; the event is set as soon as one has been handed over."""
        self._answering.clear()
        self._handing_over.clear()
        try:
            yield self._handing_over
        finally:
            self._answering.set()

    def protocol(self) -> SMTP:
        self.connections += 1
        self._open.append(SMTP(self, hostname="mail.test"))
        return self._open[-1]

    def hang_up(self) -> None:
        """End every connection without a word."""
        for protocol in self._open:
            cast("asyncio.Transport", protocol.transport).abort()
        self._open.clear()

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """Up; the same port is taken again next time."""
        server = await asyncio.get_running_loop().create_server(self.protocol, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    def ids(self) -> list[str]:
        """Message-IDs in order of arrival."""
        return [m["Message-ID"] for m in self.taken]

    def purposes(self) -> list[str]:
        """Purposes in order of arrival."""
        return [m["X-Academy-Purpose"] for m in self.taken]


def calendars(message: EmailMessage) -> list[Calendar]:
    """The calendar files of a mail, read back."""
    parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    return [Calendar.from_ical(cast("bytes", p.get_payload(decode=True))) for p in parts]


def uids(message: EmailMessage) -> list[str]:
    """The UID of each calendar entry of a mail."""
    return [str(event["UID"]) for calendar in calendars(message) for event in calendar.events]


def words(message: EmailMessage) -> str:
    """The text of a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    return body.get_content()
