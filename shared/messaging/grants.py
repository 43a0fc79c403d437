"""Who may do what on Kafka, derived from what the services declare; whatever is not granted is denied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from shared.contracts.subscribers import OPS, Subscriber
from shared.contracts.topics import OPEN

Kind: TypeAlias = Literal["topic", "group", "cluster"]
Operation: TypeAlias = Literal["read", "write", "describe", "describe_configs"]

ALL = "*"
_CLUSTER = "kafka-cluster"
"""How Kafka names itself where rights on all of it are meant."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right of one user; `read` and `write` let it describe too. With `begins` it is on every name so begun."""

    user: str
    kind: Kind
    name: str
    operation: Operation
    begins: bool = False

    def __str__(self) -> str:
        return f"{self.user} may {self.operation} {self.kind} {self.name}{ALL if self.begins else ''}"

    def under(self, prefix: str) -> "Grant":
        """The same on a cluster where that stands before every topic, group and user."""
        if self.kind == "cluster" or not prefix:
            return replace(self, user=prefix + self.user)
        everything = self.name == ALL
        name = prefix if everything else prefix + self.name
        return replace(self, user=prefix + self.user, name=name, begins=self.begins or everything)


def of_service(name: str, *, writes: Iterable[str], reads: Iterable[str]) -> list[Grant]:
    """What a service needs: it reads what it wrote too, for after a restore that is compared with its database."""
    written = sorted(set(writes))
    return [
        *(Grant(name, "topic", topic, "write") for topic in written),
        *(Grant(name, "topic", topic, "read") for topic in sorted({*written, *reads})),
        *_own_groups(name),
    ]


def of_subscriber(subscriber: Subscriber) -> list[Grant]:
    """Reads, and nothing else."""
    readable = sorted(OPEN | subscriber.restricted)
    return [*(Grant(subscriber.name, "topic", topic, "read") for topic in readable), *_own_groups(subscriber.name)]


def of_ops() -> list[Grant]:
    """Reads every topic, commits for every group, and sees what is set and granted."""
    return [
        Grant(OPS, "topic", ALL, "read"),
        Grant(OPS, "topic", ALL, "describe_configs"),
        Grant(OPS, "group", ALL, "read"),
        Grant(OPS, "cluster", _CLUSTER, "describe"),
    ]


def _own_groups(name: str) -> Sequence[Grant]:
    """Not every name that begins like its own: another's may."""
    return Grant(name, "group", name, "read"), Grant(name, "group", f"{name}.", "read", begins=True)
