"""A mail server that says what no library would: for each verb an answer of the test's own, and what it was handed."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

Act: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]

_ANSWERS = {"EHLO": b"250 raw.example.org", "DATA": b"354 go ahead", "QUIT": b"221 bye"}


@dataclass(slots=True)
class RawServer:
    """`acts` by verb, BODY for a mail that was handed over whole; `bodies` are those."""

    port: int = 0
    acts: dict[str, Act] = field(default_factory=dict[str, Act])
    bodies: list[bytes] = field(default_factory=list[bytes])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(b"220 raw.example.org\r\n")
            while line := await reader.readline():
                verb = line[:4].decode("latin1").upper().strip()
                await self._answer(verb, writer)
                if verb == "DATA" and verb not in self.acts:
                    self.bodies.append(await reader.readuntil(b"\r\n.\r\n"))
                    await self._answer("BODY", writer)
        writer.close()

    async def _answer(self, verb: str, writer: asyncio.StreamWriter) -> None:
        if act := self.acts.get(verb):
            await act(writer)
        else:
            writer.write(_ANSWERS.get(verb, b"250 ok") + b"\r\n")

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator["RawServer"]:
        """On a port of its own."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


def say(answer: bytes) -> Act:
    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(answer + b"\r\n")

    return act
