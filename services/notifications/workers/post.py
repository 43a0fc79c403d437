"""The one kept connection to the mail server, and what its answers mean."""

import random
import time
from typing import NoReturn

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

AWAY = (SMTPException, OSError)
"""What the client raises when the server cannot be reached, hangs up, or turns us away altogether."""

SERVICE_CLOSES = 421
PERMANENT = 500
IDLE_SECONDS = 20.0
"""A connection that was quiet for longer is asked whether it still lives before a mail is trusted to it."""


class PostAway(Exception):
    """The mail server cannot be reached, or takes nothing from us; every message waits."""


class ConnectionLost(PostAway):
    """The connection ended while a mail was handed over; should it happen again, the mail may be the reason."""


class MailRefused(Exception):
    """The server will not take this mail: for good (5xx) or for now (4xx)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.code = f"smtp_{status}"
        self.for_good = status >= PERMANENT


class Post:
    """One sender's connection. After a failure it rests, longer each time up to a minute of wall time."""

    FIRST_REST = 0.5
    LONGEST_REST = 60.0

    def __init__(self, smtp: SMTP) -> None:
        """`smtp` is told its server, credentials and time limit; it is opened with the first mail."""
        self._smtp = smtp
        self._failures = 0
        self._rests_until = 0.0
        self._used_at = 0.0

    @property
    def resting(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() < self._rests_until

    async def send(self, mail: bytes, *, sender: str, recipient: str) -> None:
        """Hand the mail over; MailRefused when only this mail is turned down, PostAway when the post is the trouble."""
        await self._open()
        try:
            await self._smtp.sendmail(sender, [recipient], mail)
        except SMTPRecipientsRefused as refused:
            self._judge(refused.recipients[0].code, refused)
        except SMTPSenderRefused as refused:
            raise self._rest(PostAway) from refused
        except SMTPResponseException as refused:
            self._judge(refused.code, refused)
        except AWAY as error:
            raise self._rest(ConnectionLost) from error
        self._works()

    async def close(self) -> None:
        """Say goodbye to the server."""
        if self._smtp.is_connected:
            await self._smtp.quit()

    async def _open(self) -> None:
        try:
            if self._smtp.is_connected and time.monotonic() - self._used_at > IDLE_SECONDS:
                await self._ask_whether_alive()
            if not self._smtp.is_connected:
                await self._smtp.connect()
        except AWAY as error:
            raise self._rest(PostAway) from error

    async def _ask_whether_alive(self) -> None:
        try:
            await self._smtp.noop()
        except AWAY:
            self._smtp.close()

    def _works(self) -> None:
        self._failures, self._used_at = 0, time.monotonic()

    def _judge(self, status: int, error: Exception) -> NoReturn:
        """421 closes the connection for everyone; any other answer concerns this mail alone."""
        if status == SERVICE_CLOSES:
            raise self._rest(ConnectionLost) from error
        self._works()
        raise MailRefused(status) from error

    def _rest(self, kind: type[PostAway]) -> PostAway:
        rest = min(self.FIRST_REST * 2**self._failures, self.LONGEST_REST)
        self._rests_until = time.monotonic() + rest * random.uniform(0.5, 1)  # noqa: S311 jitter, no secret
        self._failures = min(self._failures + 1, 10)
        self._smtp.close()
        return kind()
