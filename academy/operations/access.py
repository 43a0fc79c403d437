"""Where the academy is and as whom we call it: told by the environment, else found in this folder's platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from academy.local.state import Part, State, StateFolder
from shared.contracts.subscribers import OPS
from shared.messaging.cluster import Cluster, Login
from shared.settings import KAFKA_ADMIN, KAFKA_BROKERS

URL, TOKEN, KAFKA, BROKERS = "ACADEMY_URL", "ACADEMY_TOKEN", "ACADEMY_KAFKA", "ACADEMY_KAFKA_BROKERS"
KAFKA_AUTHORITY = "ACADEMY_KAFKA_AUTHORITY"
KAFKA_PASSWORD, KAFKA_ADMIN_PASSWORD = "ACADEMY_OPS_KAFKA_PASSWORD", "ACADEMY_KAFKA_ADMIN_PASSWORD"
_PERSONA = "ops"


class Hindrance(Exception):
    """Why a verb cannot do its work; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Access:
    """The gateway's base address, and a bearer token that is known there."""

    address: str
    token: str


def access(environment: Mapping[str, str], state: State) -> Access:
    """The gateway and a token; Hindrance where either is neither told nor found."""
    address = environment.get(URL) or _address(state, "gateway")
    if not address:
        raise Hindrance(f"no academy is known: set {URL} to its gateway, or start one here with `academy up`")
    return Access(address.rstrip("/"), environment.get(TOKEN) or _local_token(state))


def kafka(environment: Mapping[str, str], folder: StateFolder, user: str = OPS) -> Cluster:
    """Kafka, entered as that user; Hindrance where none is told or found.

    Of another Kafka the environment tells the password; without one it is entered as nobody.
    """
    authority = Path(named) if (named := environment.get(KAFKA_AUTHORITY)) else None
    if authority and not authority.is_file():
        raise Hindrance(f"{KAFKA_AUTHORITY} names no file")
    if told := environment.get(KAFKA):
        return Cluster(told, _told_login(environment, user), authority)
    found = _brokers(folder.read())
    if not found:
        raise Hindrance(f"no Kafka is known: set {KAFKA} to host:port, or start one here with `academy up`")
    address, ours = ",".join(part.address for part in found), found[0].source == "embedded"
    login = Login(_named(environment, user), folder.secret(f"kafka-{user}")) if ours else None
    return Cluster(address, login, authority)


def _told_login(environment: Mapping[str, str], user: str) -> Login | None:
    password = environment.get(KAFKA_ADMIN_PASSWORD if user == KAFKA_ADMIN else KAFKA_PASSWORD)
    return Login(_named(environment, user), password) if password else None


def _named(environment: Mapping[str, str], user: str) -> str:
    """What stands before every topic of a test run stands before its users too."""
    return user if user == KAFKA_ADMIN else environment.get("ACADEMY_TOPIC_PREFIX", "") + user


def brokers(environment: Mapping[str, str], state: State) -> int:
    """How many brokers the cluster is declared to have: as told, else as many as the platform here started."""
    if told := environment.get(BROKERS):
        if not told.isdecimal() or int(told) < 1:
            raise Hindrance(f"{BROKERS} is {told!r}: set it to how many brokers the cluster has")
        return int(told)
    ours = [part for part in _brokers(state) if part.source == "embedded"]
    return len(ours) if ours and not environment.get(KAFKA) else KAFKA_BROKERS


def _brokers(state: State) -> list[Part]:
    return [part for name, part in state.parts.items() if name == "kafka" or name.startswith("kafka-")]


def _address(state: State, name: str) -> str | None:
    part = state.parts.get(name)
    return part.address if part else None


def _local_token(state: State) -> str:
    issuer = state.parts.get("issuer")
    if issuer is None or issuer.source == "environment":
        raise Hindrance(f"no token: set {TOKEN} to a token of your identity provider with the role ops")
    return _issued(issuer)


def _issued(issuer: Part) -> str:
    try:
        answer = httpx.post(f"{issuer.address}/token", json={"persona": _PERSONA}, trust_env=False).raise_for_status()
    except httpx.HTTPError as error:
        raise Hindrance(f"the issuer at {issuer.address} gives no token: `academy status`, or set {TOKEN}") from error
    return answer.json()["access_token"]
