"""A real SMTP server that speaks TLS, with a certificate made for the test."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from academy.local.ports import LOOPBACK
from tests.support.certificates import self_signed

LOGIN = LoginPassword(login=b"academy", password=b"a-password")


@dataclass(slots=True)
class SealedServer:
    """`taken` is what came over TLS from who logged in; nothing else is taken."""

    way: Literal["starttls", "implicit"]
    context: ssl.SSLContext
    port: int = 0
    taken: list[bytes] = field(default_factory=list[bytes])

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's
        if not session.authenticated or (session.ssl is None and self.way == "starttls"):
            return "530 who is this, and who listens?"
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        return "250 OK"

    def protocol(self) -> SMTP:
        starttls = self.context if self.way == "starttls" else None
        return SMTP(
            self,
            hostname="mail.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=starttls is not None,
            auth_require_tls=starttls is not None,
            authenticator=lambda _s, _session, _e, _m, said: AuthResult(success=said == LOGIN, handled=False),
        )

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator["SealedServer"]:
        outer = self.context if self.way == "implicit" else None
        server = await asyncio.get_running_loop().create_server(self.protocol, LOOPBACK, 0, ssl=outer)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()


def certified(folder: Path, address: str = LOOPBACK) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate for that address, and the file that makes a client trust it."""
    server, public = self_signed(folder, address)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    return context, public
