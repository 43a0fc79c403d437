"""Who may do what on Kafka, by what the services declare, and where the cluster differs."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from academy.operations.wiring import grants_of_services
from shared.contracts.subscribers import OPS, SUBSCRIBERS
from shared.contracts.topics import TOPICS
from shared.messaging import grants
from shared.messaging.access import Access, Drift
from shared.messaging.cluster import Cluster, Login
from shared.messaging.grants import ALL, Grant

GUESTS: Mapping[str, list[Grant]] = MappingProxyType(
    {OPS: grants.of_ops()} | {subscriber.name: grants.of_subscriber(subscriber) for subscriber in SUBSCRIBERS}
)
"""Who enters besides the services, and what each may do."""


def declared() -> list[Grant]:
    """The rights of the services, of ops, and of every subscriber."""
    return [*grants_of_services(), *(grant for granted in GUESTS.values() for grant in granted)]


async def admit(cluster: Cluster, guest: str, login: Login, *, prefix: str) -> Drift:
    """Let one of them in with that login; what is left to fix is returned."""
    access = Access(cluster)
    await access.admit(login)
    return await access.apply([grant.under(prefix) for grant in GUESTS[guest]], users=[login.user])


async def check(cluster: Cluster, *, prefix: str) -> Drift:
    """Where the cluster differs: what is missing, and whatever anybody has besides."""
    return await Access(cluster).drift([grant.under(prefix) for grant in declared()])


async def apply(cluster: Cluster, *, prefix: str) -> Drift:
    """Give the declared users what is declared for them; whatever somebody else may do is left to people."""
    wanted = [grant.under(prefix) for grant in declared()]
    await Access(cluster).apply(wanted, users=sorted({grant.user for grant in wanted}))
    return await Access(cluster).drift(wanted)


def table(granted: Iterable[Grant]) -> tuple[list[str], list[tuple[str, Mapping[str, str]]]]:
    """The users, and for each declared topic what each of them may do with it: read, write, or both."""
    everything = [grant for grant in granted if grant.kind == "topic"]
    users = list(dict.fromkeys(grant.user for grant in everything))
    return users, [(topic.name, {user: _may(everything, user, topic.name) for user in users}) for topic in TOPICS]


def _may(granted: Iterable[Grant], user: str, topic: str) -> str:
    theirs = {grant.operation for grant in granted if grant.user == user and grant.name in {topic, ALL}}
    return " ".join(operation for operation in ("read", "write") if operation in theirs)
