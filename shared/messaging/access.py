# pyright: reportPrivateImportUsage=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
"""Brings the rights on Kafka to what is declared, and tells where they differ.

The one door to confluent-kafka: aiokafka has no calls for users and rights.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from shared.messaging.cluster import MECHANISM, Cluster, Login
from shared.messaging.grants import ALL, Grant, Kind
from shared.messaging.kafka import Admin, KafkaUnavailable

_SECONDS = 10.0
_LOOKS, _BETWEEN_LOOKS = 100, 0.1
"""Other brokers hear of it a moment later."""

_ROUNDS = 8_192
_USER = "User:"
_KINDS: Mapping[Kind, str] = {"topic": "TOPIC", "group": "GROUP", "cluster": "BROKER"}
"""As confluent-kafka calls them; Kafka's own protocol has one number for broker and cluster."""

_WORDS = {name: kind for kind, name in _KINDS.items()}
_ANY: Any = None
_EVERY = AclBindingFilter(
    ResourceType.ANY, _ANY, ResourcePatternType.ANY, _ANY, _ANY, AclOperation.ANY, AclPermissionType.ANY
)
_UNKNOWN = {"SECURITY_DISABLED", "CLUSTER_AUTHORIZATION_FAILED"}
_SILENT = logging.getLogger("librdkafka")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class AccessUnknown(Exception):
    """The cluster does not tell who may do what: it keeps no rights, or this user may not ask."""


class _NotThere(KafkaUnavailable):
    """There is no such user."""


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """A right as Kafka keeps it, in its own words; grants are those that can be declared."""

    principal: str
    kind: str
    name: str
    pattern: str
    operation: str
    permission: str = "ALLOW"
    host: str = "*"

    @classmethod
    def of(cls, grant: Grant) -> Self:
        """The right that a grant asks for."""
        pattern = "PREFIXED" if grant.begins else "LITERAL"
        return cls(_USER + grant.user, _KINDS[grant.kind], grant.name, pattern, grant.operation.upper())

    def __str__(self) -> str:
        may = "may" if self.permission == "ALLOW" else "may not"
        begins = ALL if self.pattern == "PREFIXED" else ""
        where = "" if self.host == "*" else f" from {self.host}"
        what = f"{self.operation.lower()} {_WORDS.get(self.kind, self.kind)} {self.name}{begins}"
        return f"{self.principal.removeprefix(_USER)} {may} {what}{where}"


@dataclass(frozen=True, slots=True)
class Drift:
    """Where the cluster differs from what is declared."""

    missing: tuple[Right, ...] = ()
    undeclared: tuple[Right, ...] = ()

    def lines(self) -> list[str]:
        """Each in words."""
        return [*(f"missing: {right}" for right in self.missing), *(f"not declared: {r}" for r in self.undeclared)]


class Access:
    """The users and rights of a cluster, as its administrator sees and sets them.

    AccessUnknown where the cluster keeps no rights or this user may not ask, KafkaUnavailable when no broker answers.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._admin = AdminClient(_settings(cluster), logger=_SILENT)

    async def drift(self, declared: Iterable[Grant], *, users: Iterable[str] | None = None) -> Drift:
        """What of the declared rights is missing, and what is there besides, of those users only."""
        return _compared(declared, users, await self._all())

    async def apply(self, declared: Sequence[Grant], *, users: Sequence[str]) -> Drift:
        """Give those users what is declared and nothing else; what is left is returned."""
        drift = _compared(declared, users, await self._all())
        if drift.missing:
            await self._settle(self._admin.create_acls([AclBinding(*_places(right)) for right in drift.missing]))
        if drift.undeclared:
            await self._settle(self._admin.delete_acls([AclBindingFilter(*_places(r)) for r in drift.undeclared]))
        for _ in range(_LOOKS):
            drift = _compared(declared, users, await self._all())
            if not drift.lines():
                break
            await asyncio.sleep(_BETWEEN_LOOKS)
        return drift

    async def admit(self, login: Login) -> None:
        """Let the user in with that password alone; returns when it is, KafkaUnavailable where it never is."""
        how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _ROUNDS)
        change = UserScramCredentialUpsertion(login.user, how, login.password.encode())
        await self._settle(self._admin.alter_user_scram_credentials([change]))
        for left in range(_LOOKS, 0, -1):
            try:
                async with Admin(replace(self._cluster, login=login)):
                    return
            except KafkaUnavailable:
                if left == 1:
                    raise
                await asyncio.sleep(_BETWEEN_LOOKS)

    async def expel(self, user: str) -> None:
        """Take every right of the user, which ends what is open too, and the password; nothing where there is none."""
        await self.apply([], users=[user])
        change = UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)
        with suppress(_NotThere):
            await self._settle(self._admin.alter_user_scram_credentials([change]))

    async def _all(self) -> list[Right]:
        [found] = await self._settle({"": self._admin.describe_acls(_EVERY, request_timeout=_SECONDS)})
        return [_read(acl) for acl in found]

    async def _settle(self, asked: "Mapping[Any, Future[Any]]") -> list[Any]:
        try:
            return list(await asyncio.gather(*(asyncio.wrap_future(future) for future in asked.values())))
        except KafkaException as error:
            code = error.args[0].name()
            if code in _UNKNOWN:
                raise AccessUnknown(code) from error
            if code == "RESOURCE_NOT_FOUND":
                raise _NotThere from error
            raise KafkaUnavailable(code) from error


def _compared(declared: Iterable[Grant], users: Iterable[str] | None, found: Iterable[Right]) -> Drift:
    names = None if users is None else {_USER + user for user in users}
    theirs = {right for right in found if names is None or right.principal in names}
    wanted = {Right.of(grant) for grant in declared}
    return Drift(tuple(sorted(wanted - theirs)), tuple(sorted(theirs - wanted)))


def _read(acl: Any) -> Right:
    kind, pattern = acl.restype.name, acl.resource_pattern_type.name
    return Right(acl.principal, kind, acl.name, pattern, acl.operation.name, acl.permission_type.name, acl.host)


def _places(right: Right) -> tuple[Any, ...]:
    """In the order of confluent's bindings and filters."""
    kind, pattern = ResourceType[right.kind], ResourcePatternType[right.pattern]
    what = (AclOperation[right.operation], AclPermissionType[right.permission])
    return (kind, right.name, pattern, right.principal, right.host, *what)


def _settings(cluster: Cluster) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "bootstrap.servers": cluster.bootstrap,
        "security.protocol": cluster.protocol,
        "socket.timeout.ms": int(_SECONDS * 1000),
    }
    if cluster.login:
        settings |= {
            "sasl.mechanisms": MECHANISM,
            "sasl.username": cluster.login.user,
            "sasl.password": cluster.login.password,
        }
    return settings | ({"ssl.ca.location": str(cluster.authority)} if cluster.authority else {})
