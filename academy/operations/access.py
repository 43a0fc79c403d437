"""Where the academy is and as whom we call it: told by the environment, else a platform found running here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.contracts.subscribers import OPS
from shared.messaging.cluster import Cluster, Login
from shared.settings import KAFKA_ADMIN, KAFKA_BROKERS

URL, TOKEN, KAFKA, BROKERS = "ACADEMY_URL", "ACADEMY_TOKEN", "ACADEMY_KAFKA", "ACADEMY_KAFKA_BROKERS"
KAFKA_AUTHORITY = "ACADEMY_KAFKA_AUTHORITY"
KAFKA_PASSWORD, KAFKA_ADMIN_PASSWORD = "ACADEMY_OPS_KAFKA_PASSWORD", "ACADEMY_KAFKA_ADMIN_PASSWORD"
_PERSONA = "ops"


class CliError(Exception):
    """Why a verb cannot do its work; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class RunningPlatform:
    """A platform that was found running here, as far as its parts are its own; empty where none was.

    `issuer` gives tokens to whoever asks; `kafka_password` is that of a user of its own brokers.
    """

    gateway: str | None = None
    issuer: str | None = None
    brokers: tuple[str, ...] = ()
    kafka_password: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """The gateway's base address, and a bearer token that is known there."""

    address: str
    token: str


def access(environment: Mapping[str, str], here: RunningPlatform) -> Access:
    """The gateway and a token; CliError where either is neither told nor found."""
    address = environment.get(URL) or here.gateway
    if not address:
        raise CliError(f"no academy is known: set {URL} to its gateway, or start one here with `academy up`")
    return Access(address.rstrip("/"), environment.get(TOKEN) or _token_of(here))


def kafka(environment: Mapping[str, str], look: Callable[[], RunningPlatform], user: str = OPS) -> Cluster:
    """Kafka, entered as that user; CliError where none is told or found.

    Of another Kafka the environment tells the password; without one it is entered as nobody. Only where none is told
    do we `look` here.
    """
    authority = Path(named) if (named := environment.get(KAFKA_AUTHORITY)) else None
    if authority and not authority.is_file():
        raise CliError(f"{KAFKA_AUTHORITY} names no file")
    if told := environment.get(KAFKA):
        return Cluster(told, _told_login(environment, user), authority)
    here = look()
    if not here.brokers:
        raise CliError(f"no Kafka is known: set {KAFKA} to host:port, or start one here with `academy up`")
    login = Login(_named(environment, user), here.kafka_password(user)) if here.kafka_password else None
    return Cluster(",".join(here.brokers), login, authority)


def _told_login(environment: Mapping[str, str], user: str) -> Login | None:
    password = environment.get(KAFKA_ADMIN_PASSWORD if user == KAFKA_ADMIN else KAFKA_PASSWORD)
    return Login(_named(environment, user), password) if password else None


def _named(environment: Mapping[str, str], user: str) -> str:
    """What stands before every topic of a test run stands before its users too."""
    return user if user == KAFKA_ADMIN else environment.get("ACADEMY_TOPIC_PREFIX", "") + user


def brokers(environment: Mapping[str, str], here: RunningPlatform) -> int:
    """How many brokers the cluster is declared to have: as told, else as many as the platform here started."""
    if told := environment.get(BROKERS):
        if not told.isdecimal() or int(told) < 1:
            raise CliError(f"{BROKERS} is {told!r}: set it to how many brokers the cluster has")
        return int(told)
    ours = here.kafka_password and not environment.get(KAFKA)
    return len(here.brokers) if ours else KAFKA_BROKERS


def _token_of(here: RunningPlatform) -> str:
    if here.issuer is None:
        raise CliError(f"no token: set {TOKEN} to a token of your identity provider with the role ops")
    return _issued(here.issuer)


def _issued(issuer: str) -> str:
    try:
        answer = httpx.post(f"{issuer}/token", json={"persona": _PERSONA}, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        raise CliError(f"the issuer at {issuer} gives no token: `academy status`, or set {TOKEN}") from error
    return answer.json()["access_token"]
