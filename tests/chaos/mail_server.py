"""A mail server of the run's own, whose moods the schedule decides; it remembers every mail it took, and when.

It is real SMTP on a real port; only what it does with mails is ours.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any, Literal, TypeAlias, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from academy.local.ports import LOOPBACK

Mood: TypeAlias = Literal["slow", "hanging", "dying"]
MOODS: tuple[Mood, ...] = ("slow", "hanging", "dying")

SLOW = 2.0
"""Seconds it takes over each answer when it is slow: eight a mail, while each of them alone comes soon enough."""

_TAKEN = "250 OK"


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail, by the clock of the run; whoever counts its copies goes by Message-ID and recipient."""

    mail: str
    recipient: str
    at: float


@dataclass(slots=True)
class MailServer:
    """`met` counts the mails that each mood was shown to; without one it takes every mail at once."""

    taken: list[Taken] = field(default_factory=list[Taken])
    met: Counter[Mood] = field(default_factory=Counter["Mood"])
    address: str = ""
    _mood: Mood | None = None
    _well: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """On a free port, until the block ends."""
        self._well.set()
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(self, hostname="chaos"), LOOPBACK, 0)
        self.address = f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            self._well.set()
            server.close()

    async def be(self, mood: Mood, *, seconds: float, longest: float) -> bool:
        """In that mood for so many seconds, and on until it has been shown to some mail; False when none came."""
        before, ends = self.met[mood], time.monotonic() + longest
        self._mood = mood
        self._well.clear()
        try:
            await asyncio.sleep(seconds)
            while self.met[mood] == before and time.monotonic() < ends:  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.1)
        finally:
            self._mood = None
            self._well.set()
        return self.met[mood] > before

    async def handle_RCPT(  # noqa: N802 the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        await self._take_time()
        envelope.rcpt_tos.append(address)
        return _TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 the library's
        del session
        await self._take_time()
        if self._mood:
            self.met[self._mood] += 1
        if self._mood == "hanging":
            await self._well.wait()
            return "451 4.3.0 try again"
        content = message_from_bytes(cast("bytes", envelope.content))
        self.taken.append(Taken(str(content["Message-ID"]), envelope.rcpt_tos[0], time.monotonic()))
        if self._mood == "dying":
            transport: Any = server.transport
            transport.abort()
        return _TAKEN

    async def _take_time(self) -> None:
        if self._mood == "slow":
            await asyncio.sleep(SLOW)
