"""Where Kafka is, and as whom it is entered: whatever speaks to Kafka is made from this, so that nobody forgets to."""

import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

MECHANISM = "SCRAM-SHA-512"
"""How users prove their password: the broker keeps none, and none crosses the wire."""

_SCHEME = "kafka"


@dataclass(frozen=True, slots=True)
class Login:
    """A user of Kafka; the password is never shown."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cluster:
    """`bootstrap` is `host:port`, or several between commas; without a login nobody is asked who they are.

    `authority` is a file of the certificates that sign the brokers' own: where it is given, connections are by TLS.
    """

    bootstrap: str
    login: Login | None = None
    authority: Path | None = None

    def __str__(self) -> str:
        return f"{self.bootstrap} as {self.login.user}" if self.login else self.bootstrap

    @property
    def protocol(self) -> str:
        """What Kafka calls such a listener."""
        transport = "SSL" if self.authority else "PLAINTEXT"
        return f"SASL_{transport}" if self.login else transport

    def client(self) -> dict[str, Any]:
        """The settings by which a client of aiokafka finds and enters it."""
        settings: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": self.protocol}
        if self.login:
            settings |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.login.user,
                "sasl_plain_password": self.login.password,
            }
        return settings | ({"ssl_context": self.trust()} if self.authority else {})

    def trust(self) -> ssl.SSLContext | None:
        """Whose certificates are believed; None where there is no TLS."""
        return ssl.create_default_context(cafile=self.authority) if self.authority else None

    def told(self) -> str:
        """All of it in a line for a process of our own; it holds the password."""
        login = f"{quote(self.login.user, safe='')}:{quote(self.login.password, safe='')}@" if self.login else ""
        authority = f"?authority={quote(os.fsencode(self.authority))}" if self.authority else ""
        return f"{_SCHEME}://{login}{self.bootstrap}{authority}"

    @classmethod
    def heard(cls, line: str) -> Self:
        """What `told` said; a bare `host:port` is a cluster without logins."""
        if not line.startswith(f"{_SCHEME}://"):
            return cls(line)
        address = urlsplit(line)
        login, _, bootstrap = address.netloc.rpartition("@")
        user, _, password = login.partition(":")
        authority = os.fsdecode(unquote_to_bytes(address.query.removeprefix("authority=")))
        return cls(
            bootstrap,
            Login(unquote(user), unquote(password)) if login else None,
            Path(authority) if authority else None,
        )
