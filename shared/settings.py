"""What every service is told by its environment (twelve-factor); read by `shared.runtime` only."""

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsMissing(Exception):
    """The environment does not say what the service needs; the message names each variable."""


class Platform(BaseSettings):
    """What all services share."""

    model_config = SettingsConfigDict(env_prefix="ACADEMY_")

    env: Literal["development", "production"] = "production"
    kafka: str
    oidc_issuer: str
    oidc_audience: str = "academy"
    topic_prefix: str = ""
    clock: Literal["system", "replay"] = "system"

    @model_validator(mode="after")
    def _production_is_not_played_with(self) -> Self:
        if self.env == "production" and self.clock == "replay":
            raise ValueError("ACADEMY_CLOCK=replay is refused in production")
        if self.env == "production" and self.topic_prefix:
            raise ValueError("ACADEMY_TOPIC_PREFIX is refused in production")
        return self


class Own(BaseSettings):
    """What is the service's own, under `ACADEMY_<SERVICE>_`."""

    database: str = Field(pattern=r"^postgresql://")
    http_port: int
    pool_size: int = 10


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
        """Where it listens: on a development machine for this machine only."""
        return "127.0.0.1" if self.platform.env == "development" else "0.0.0.0"

    @property
    def source(self) -> str:
        """`ce_source` of everything the service publishes."""
        return f"/nhs/midlands-leadership/{self.platform.env}/{self.service}"


def load(service: str) -> Settings:
    """Read the environment of `service`; SettingsMissing tells what to set."""
    prefix = f"ACADEMY_{service.upper()}_"
    try:
        platform = Platform()  # pyright: ignore[reportCallIssue] the environment fills it
        return Settings(service, platform, Own(_env_prefix=prefix))  # pyright: ignore[reportCallIssue] the environment fills it
    except ValidationError as error:
        names = prefix if error.title == Own.__name__ else "ACADEMY_"
        raise SettingsMissing("\n".join(_advice(names, e["loc"], e["msg"]) for e in error.errors())) from None


def _advice(prefix: str, location: tuple[int | str, ...], message: str) -> str:
    return f"{prefix}{str(location[0]).upper()}: {message}" if location else message
