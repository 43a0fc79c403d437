"""The one kept connection to the mail server, and what its answers mean."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPStatus,
)
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings

from shared.pauses import doubled

UNAVAILABLE = (SMTPException, OSError)
"""What the client raises when the server cannot be reached, hangs up, or turns us away altogether."""
UNREACHABLE = (*UNAVAILABLE, ValueError, OverflowError)
"""And when no such server can be: a name or a port there is none of."""

TAKEN = range(200, 300)
REFUSED = range(400, 600)
SERVICE_CLOSES = 421
PERMANENT = 500
ALIVE_SECONDS = 5.0
"""Within these a server that lives answers a question that asks for nothing."""
IDLE_SECONDS = 20.0
"""A connection that was quiet for longer is asked whether it still lives before a mail is trusted to it."""


class MailServerUnavailable(Exception):
    """The mail server cannot be reached, or takes nothing from us; every message waits."""


class ConnectionLost(MailServerUnavailable):
    """The connection ended, or time was up, before a mail was handed over whole: the mail may be the reason."""


class Unconfirmed(MailServerUnavailable):
    """It ended after that: nobody knows whether the mail was taken."""


class MailRefused(Exception):
    """The server will not take this mail: for good (5xx) or for now (4xx)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.code = f"smtp_{status}"
        self.for_good = status >= PERMANENT


class SmtpConnection:
    """One sender's connection. After a failure it rests, longer each time up to a minute of wall time."""

    FIRST_REST = 0.5
    LONGEST_REST = 60.0

    def __init__(self, smtp: SMTP, *, seconds: float) -> None:
        """`smtp` is told its server and credentials, and opened with the first mail; each mail has so many seconds."""
        self._smtp = smtp
        self._seconds = seconds
        self._failures = 0
        self._rests_until = 0.0
        self._used_at = 0.0
        self.handed_over = False
        """Whether the last mail went over whole, said or unsaid what became of it."""

    @property
    def resting(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() < self._rests_until

    async def send(self, mail: bytes, *, sender: str, recipient: str) -> None:
        """Hand the mail over; MailRefused where it alone is turned down, MailServerUnavailable where all would be.

        All its parts together have the mail's seconds: a server that answers each of them slowly comes to no end else.
        """
        ends, self.handed_over = asyncio.get_running_loop().time() + self._seconds, False
        await self._open(ends)
        try:
            async with asyncio.timeout_at(ends):
                await self._smtp.mail(sender)
                await self._smtp.rcpt(recipient)
                await self._ask_to_go_ahead()
                await self._hand_over(mail, ends)
        except SMTPSenderRefused as refused:
            raise self._rest(MailServerUnavailable) from refused
        except SMTPResponseException as answer:
            await self._judge(answer, self._lost)
        except UNAVAILABLE as error:
            raise self._rest(self._lost) from error
        except asyncio.CancelledError:
            self._smtp.close()
            raise
        self._works()

    @property
    def _lost(self) -> type[MailServerUnavailable]:
        return Unconfirmed if self.handed_over else ConnectionLost

    async def _ask_to_go_ahead(self) -> None:
        answer = await self._smtp.execute_command(b"DATA")
        if answer.code != SMTPStatus.start_input:
            raise SMTPDataError(answer.code, answer.message)

    async def _hand_over(self, mail: bytes, ends: float) -> None:
        """The client's own `data` does not tell a mail that never went over from one of which no word came back."""
        protocol = self._smtp.protocol
        if protocol is None:
            raise SMTPServerDisconnected("gone before the mail")
        if asyncio.get_running_loop().time() > ends:
            raise TimeoutError  # before Python 3.12 a process that stood still gets here all the same
        protocol.write(PERIOD_REGEX.sub(b"..", normalize_message_line_endings(mail)) + b".\r\n")
        self.handed_over = True
        answer = await protocol.read_response()
        if answer.code not in TAKEN:
            raise SMTPDataError(answer.code, answer.message)

    async def close(self) -> None:
        """Say goodbye to the server."""
        if self._smtp.is_connected:
            await self._smtp.quit()

    async def _open(self, ends: float) -> None:
        try:
            async with asyncio.timeout_at(ends):
                if self._smtp.is_connected and time.monotonic() - self._used_at > IDLE_SECONDS:
                    await self._ask(self._smtp.noop)
                if not self._smtp.is_connected:
                    await self._smtp.connect()
                if self._smtp.is_ehlo_or_helo_needed:
                    await self._greet()
        except UNREACHABLE as error:
            raise self._rest(MailServerUnavailable) from error

    async def _greet(self) -> None:
        """Here, and not with the first mail: a server that will not greet us turns away no mail for good."""
        try:
            await self._smtp.ehlo()
        except SMTPHeloError:
            await self._smtp.helo()

    async def _ask(self, question: Callable[[], Awaitable[object]]) -> None:
        """A connection on which it is not answered soon is given up for a new one."""
        try:
            async with asyncio.timeout(ALIVE_SECONDS):
                await question()
        except UNAVAILABLE:
            self._smtp.close()

    def _works(self) -> None:
        self._failures, self._used_at = 0, time.monotonic()

    async def _judge(self, answer: SMTPResponseException, unknown: type[MailServerUnavailable]) -> NoReturn:
        """421 closes the connection for all mails, what is no answer says nothing; others concern this mail alone."""
        if answer.code == SERVICE_CLOSES:
            raise self._rest(ConnectionLost) from answer
        if answer.code not in REFUSED:
            raise self._rest(unknown) from answer
        self._works()
        await self._ask(self._smtp.rset)
        raise MailRefused(answer.code) from answer

    def _rest(self, kind: type[MailServerUnavailable]) -> MailServerUnavailable:
        rest = doubled(self.FIRST_REST, self._failures, most=self.LONGEST_REST)
        self._rests_until = time.monotonic() + rest * random.uniform(0.5, 1)  # noqa: S311 jitter, no secret
        self._failures += 1
        self._smtp.close()
        return kind()
