"""What this service alone is told by its environment."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from shared.links import LinkSettings
from shared.settings import Reached, read


def _server(address: str) -> str:
    host, _, port = address.rpartition(":")
    try:
        named = bool(host) and not re.search(r"[:\s]", host) and bool(host.encode("idna"))
    except UnicodeError:
        named = False
    if not (named and port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        raise ValueError("a host and a port, such as mail.example.nhs.uk:25")
    return address


class Settings(Reached, LinkSettings):
    """The mail server, and how the academy names itself in letters."""

    smtp: Annotated[str, AfterValidator(_server)] = "127.0.0.1:1025"
    smtp_tls: Literal["none", "starttls", "implicit"] = "none"
    smtp_username: str | None = None
    smtp_password: str | None = None
    mail_seconds: int = Field(default=90, ge=10, le=600)
    """What a mail may take from the first byte to the server's last word, be it ever so slow."""
    mails_per_hour: int = Field(default=20, ge=1)
    """What one person is sent within an hour; more waits, and nothing is lost."""
    sender_name: str = "NHS Midlands leadership academy"
    sender_address: str = "academy@midlands-leadership.example.nhs.uk"

    @model_validator(mode="after")
    def _letters_are_sealed(self) -> Self:
        """They name people, and their links let in whoever has them; the mailbox has no TLS."""
        sealed = self.smtp_tls != "none"
        self.must_be_secure("smtp", "ACADEMY_SMTP_TLS has to be starttls or implicit in production", secure=sealed)
        return self

    def smtp_connection(self) -> dict[str, Any]:
        """What the SMTP client is opened with."""
        host, _, port = self.smtp.rpartition(":")
        return {
            "hostname": host,
            "port": int(port),
            "username": self.smtp_username or None,
            "password": self.smtp_password,
            "use_tls": self.smtp_tls == "implicit",
            "start_tls": self.smtp_tls == "starttls",
            "timeout": self.mail_seconds,
        }


def load() -> Settings:
    """What the environment says, and files where it is silent."""
    return read(Settings)
