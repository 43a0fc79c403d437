"""What every service is told by its environment (twelve-factor); read by `shared.runtime` only.

What the environment does not say may stand in a file of the same name, in small letters, under `/run/secrets` or where
`ACADEMY_SECRETS` points: containers are handed passwords that way.
"""

import os
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

S = TypeVar("S", bound=BaseSettings)

FETCH_WAIT_MS = 50
"""An event that follows another of its partition within this time waits for its end: 8 ms in the median at four events
a second, where the client's 500 ms make 75. It costs an idle consumer 3 to 6 % of a core, twice as much as 500 ms."""

KAFKA_BROKERS = 3
"""How many brokers a cluster has unless told: as many as keep every record thrice."""


class SettingsMissing(Exception):
    """The environment does not say what the service needs; the message names each variable."""


class Platform(BaseSettings):
    """What all services share."""

    model_config = SettingsConfigDict(env_prefix="ACADEMY_")

    env: Literal["development", "production"] = "production"
    kafka: str
    kafka_brokers: int = Field(KAFKA_BROKERS, ge=1)
    oidc_issuer: str
    oidc_audience: str = "academy"
    topic_prefix: str = ""
    clock: Literal["system", "replay"] = "system"
    listen: IPv4Address | None = None
    fetch_wait_ms: int = Field(FETCH_WAIT_MS, ge=5, le=5_000)

    @model_validator(mode="after")
    def _production_is_not_played_with(self) -> Self:
        if self.env == "production" and self.clock == "replay":
            raise ValueError("ACADEMY_CLOCK=replay is refused in production")
        if self.env == "production" and self.topic_prefix:
            raise ValueError("ACADEMY_TOPIC_PREFIX is refused in production")
        return self


class Own(BaseSettings):
    """What is the service's own, under `ACADEMY_<SERVICE>_`; a password told apart goes into the database's address."""

    database: str = Field(pattern=r"^postgresql://")
    database_password: str | None = None
    http_port: int
    pool_size: int = 10

    @property
    def database_url(self) -> str:
        """Where the service's database is, with all that is needed to enter it."""
        if self.database_password is None:
            return self.database
        address = urlsplit(self.database)
        place = address.netloc.rpartition("@")[2]
        return address._replace(netloc=f"{address.username}:{quote(self.database_password, safe='')}@{place}").geturl()


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of one service."""

    service: str
    platform: Platform
    own: Own

    @property
    def replaying(self) -> bool:
        """Whether the service lives in event time."""
        return self.platform.clock == "replay"

    @property
    def host(self) -> str:
        """Where it listens: unless told, on a development machine for this machine only."""
        if self.platform.listen is not None:
            return str(self.platform.listen)
        return "127.0.0.1" if self.platform.env == "development" else "0.0.0.0"

    @property
    def source(self) -> str:
        """`ce_source` of everything the service publishes."""
        return f"/nhs/midlands-leadership/{self.platform.env}/{self.service}"


def load(service: str) -> Settings:
    """Read the environment of `service`; SettingsMissing tells what to set."""
    prefix = f"ACADEMY_{service.upper()}_"
    try:
        platform = Platform(_secrets_dir=secrets())  # pyright: ignore[reportCallIssue] the environment fills it
        return Settings(service, platform, Own(_env_prefix=prefix, _secrets_dir=secrets()))  # pyright: ignore[reportCallIssue] the environment fills it
    except ValidationError as error:
        names = prefix if error.title == Own.__name__ else "ACADEMY_"
        raise SettingsMissing("\n".join(_advice(names, e["loc"], e["msg"]) for e in error.errors())) from None


def read(kind: type[S]) -> S:
    """What the environment says of settings of that kind; SettingsMissing tells what to set."""
    try:
        return kind(_secrets_dir=secrets())
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        raise SettingsMissing("\n".join(_advice(prefix, e["loc"], e["msg"]) for e in error.errors())) from None


def secrets() -> Path | None:
    """The folder of files that speak where the environment is silent, if there is one."""
    folder = Path(os.environ.get("ACADEMY_SECRETS", "/run/secrets"))
    return folder if folder.is_dir() else None


def _advice(prefix: str, location: tuple[int | str, ...], message: str) -> str:
    return f"{prefix}{str(location[0]).upper()}: {message}" if location else message
