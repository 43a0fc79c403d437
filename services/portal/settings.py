"""What the portal is told by its environment."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from shared.settings import ServiceSettings, Serving, none_if_empty, read

_PREFIX = "ACADEMY_PORTAL_"


class Own(ServiceSettings):
    """What is the portal's alone: who it is to the identity provider, and where the services are."""

    client_id: str = "portal"
    client_secret: Annotated[str | None, BeforeValidator(none_if_empty)] = None
    scope: str = "openid profile"
    gateway: Annotated[str | None, BeforeValidator(none_if_empty)] = None
    review: Annotated[Path | None, BeforeValidator(none_if_empty)] = None
    idle_minutes: int = Field(default=60, ge=5)
    longest_hours: int = Field(default=10, ge=1, le=24)


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of the portal."""

    serving: Serving
    own: Own

    @property
    def service(self) -> str:
        """Its name, as its variables bear it."""
        return "portal"

    @property
    def host(self) -> str:
        """Where it listens."""
        return self.serving.host

    @property
    def gateway(self) -> str:
        """Where it reaches the services: as everybody does, unless told a nearer way."""
        return (self.own.gateway or self.serving.public_url).rstrip("/")

    @property
    def sealed(self) -> bool:
        """Whether people reach it by TLS: then cookies are sent no other way."""
        return urlsplit(self.serving.public_url).scheme == "https"

    @property
    def development(self) -> bool:
        """Whether the development issuer and the mailbox stand behind the gateway."""
        return self.serving.env == "development"

    @property
    def idle(self) -> timedelta:
        """How long somebody who asks for nothing stays signed in."""
        return timedelta(minutes=self.own.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """How long anybody stays signed in."""
        return timedelta(hours=self.own.longest_hours)


def load() -> Settings:
    """Read the environment; SettingsMissing tells what to set."""
    return Settings(read(Serving), read(Own, _PREFIX))
