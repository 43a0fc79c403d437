"""What every service is told by its environment (twelve-factor); read by `shared.runtime` only.

What the environment does not say may stand in a file of the same name, in small letters, under `/run/secrets` or where
`ACADEMY_SECRETS` points: containers are handed passwords that way.
"""

import os
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.contracts.envelope import source_of
from shared.messaging.cluster import Cluster, Login

S = TypeVar("S", bound=BaseSettings)

FETCH_WAIT_MS = 50
"""An event that follows another of its partition within this time waits for its end: 8 ms in the median at four events
a second, where the client's 500 ms make 75. It costs an idle consumer 3 to 6 % of a core, twice as much as 500 ms."""

KAFKA_ADMIN = "admin"
"""The user of Kafka that makes topics, users and rights."""

KAFKA_BROKERS = 3
"""How many brokers a cluster has unless told: as many as keep every record thrice."""


CALLER_RATE, CALLER_BURST = 100.0, 1_000
"""Requests a second, and at once, of one caller to one process: a person's browser needs a hundredth of it."""

EXCEPTIONS = ("issuer", "smtp", "kafka", "links")
"""What may be named in `ACADEMY_INSECURE`: an issuer or a mail server reached without TLS, a Kafka without users, and
an academy reached without TLS, which links in letters lead to."""


class SettingsMissing(Exception):
    """The environment does not say what the service needs; the message names each variable."""


def none_if_empty(told: object) -> object:
    """How compose says that nothing was said."""
    return None if told == "" else told


def _exceptions(names: str) -> str:
    if unknown := sorted(set(names.split()) - set(EXCEPTIONS)):
        raise ValueError(f"{len(unknown)} unknown; separated by blanks, there are: {' '.join(EXCEPTIONS)}")
    return names


class Guarded(BaseSettings):
    """What production refuses, unless `ACADEMY_INSECURE` names it as an exception, which each start then tells."""

    model_config = SettingsConfigDict(env_prefix="ACADEMY_")

    env: Literal["development", "production"] = "production"
    insecure: Annotated[str, AfterValidator(_exceptions)] = ""

    @property
    def exceptions(self) -> list[str]:
        """What is not refused though this is production."""
        return self.insecure.split() if self.env == "production" else []

    def must_be_secure(self, what: str, advice: str, *, secure: bool) -> None:
        """ValueError where it is not, in production and without being named as an exception."""
        if self.env == "production" and not secure and what not in self.exceptions:
            raise ValueError(f"{advice}, or name the exception: ACADEMY_INSECURE={what}")


class Reached(Guarded):
    """Where people and systems reach the academy: links in letters begin so, and `ce_dataschema` of every record."""

    public_url: Annotated[str, AfterValidator(lambda address: address.rstrip("/"))] = "http://127.0.0.1:8080"

    @model_validator(mode="after")
    def _links_are_sealed(self) -> Self:
        """A signed link lets in whoever reads it on its way."""
        scheme = urlsplit(self.public_url).scheme
        self.must_be_secure(
            "links", "ACADEMY_PUBLIC_URL has to be an https:// address in production", secure=scheme == "https"
        )
        if scheme not in {"http", "https"}:
            raise ValueError("ACADEMY_PUBLIC_URL has to be an https:// or http:// address")
        return self


class Serving(Reached):
    """What whoever serves people over HTTP is told: where to listen, and whose tokens to believe."""

    oidc_issuer: str
    oidc_audience: str = "academy"
    listen: IPv4Address | None = None

    @property
    def host(self) -> str:
        """Where it listens: unless told, on a development machine for this machine only."""
        if self.listen is not None:
            return str(self.listen)
        return "127.0.0.1" if self.env == "development" else "0.0.0.0"

    @model_validator(mode="after")
    def _keys_come_from_whom_they_should(self) -> Self:
        """Whoever stands between us and an issuer without TLS decides who is whom."""
        secure = urlsplit(self.oidc_issuer).scheme == "https"
        self.must_be_secure("issuer", "ACADEMY_OIDC_ISSUER has to be an https:// address in production", secure=secure)
        return self


class Platform(Serving):
    """What all services share."""

    kafka: str
    kafka_authority: Annotated[FilePath | None, BeforeValidator(none_if_empty)] = None
    kafka_admin_password: str | None = None
    kafka_brokers: int = Field(KAFKA_BROKERS, ge=1)
    topic_prefix: str = ""
    clock: Literal["system", "replay"] = "system"
    fetch_wait_ms: int = Field(FETCH_WAIT_MS, ge=5, le=5_000)
    caller_rate: float = Field(CALLER_RATE, ge=1)
    caller_burst: int = Field(CALLER_BURST, ge=1)

    @model_validator(mode="after")
    def _production_is_not_played_with(self) -> Self:
        if self.env == "production" and self.clock == "replay":
            raise ValueError("ACADEMY_CLOCK=replay is refused in production")
        if self.env == "production" and self.topic_prefix:
            raise ValueError("ACADEMY_TOPIC_PREFIX is refused in production")
        return self


class ServiceSettings(BaseSettings):
    """What is the service's own, under `ACADEMY_<SERVICE>_`; a password told apart goes into the database's address."""

    database: str = Field(pattern=r"^postgresql://")
    database_password: str | None = None
    kafka_password: str | None = None
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
    own: ServiceSettings

    @property
    def replaying(self) -> bool:
        """Whether the service lives in event time."""
        return self.platform.clock == "replay"

    @property
    def kafka(self) -> Cluster:
        """Kafka as the service enters it: its user bears its name, as its group does."""
        return self._cluster(self.service, self.own.kafka_password)

    @property
    def kafka_to_prepare(self) -> Cluster:
        """Kafka as topics and rights are made: only the job that prepares a service is told that password."""
        password = self.platform.kafka_admin_password
        return self._cluster(KAFKA_ADMIN, password) if password else self.kafka

    def _cluster(self, user: str, password: str | None) -> Cluster:
        prefix = "" if user == KAFKA_ADMIN else self.platform.topic_prefix
        login = Login(prefix + user, password) if password else None
        return Cluster(self.platform.kafka, login, self.platform.kafka_authority)

    @property
    def host(self) -> str:
        """Where it listens."""
        return self.platform.host

    @property
    def source(self) -> str:
        """`ce_source` of everything the service publishes."""
        return source_of(self.service, self.platform.env)


def load(service: str) -> Settings:
    """Read the environment of `service`; SettingsMissing tells what to set."""
    prefix = f"ACADEMY_{service.upper()}_"
    platform, own = read(Platform), read(ServiceSettings, prefix)
    try:
        known = bool(own.kafka_password)
        platform.must_be_secure("kafka", f"{prefix}KAFKA_PASSWORD has to be set in production", secure=known)
    except ValueError as error:
        raise SettingsMissing(str(error)) from None
    return Settings(service, platform, own)


def read(kind: type[S], prefix: str | None = None) -> S:
    """What the environment says of settings of that kind, under its own prefix or the one given.

    SettingsMissing tells what to set.
    """
    prefix = kind.model_config.get("env_prefix", "") if prefix is None else prefix
    try:
        return kind(_env_prefix=prefix, _secrets_dir=secrets())
    except ValidationError as error:
        raise SettingsMissing("\n".join(_advice(prefix, e["loc"], e["msg"]) for e in error.errors())) from None


def secrets() -> Path | None:
    """The folder of files that speak where the environment is silent, if there is one."""
    folder = Path(os.environ.get("ACADEMY_SECRETS", "/run/secrets"))
    return folder if folder.is_dir() else None


def _advice(prefix: str, location: tuple[int | str, ...], message: str) -> str:
    return f"{prefix}{str(location[0]).upper()}: {message}" if location else message
