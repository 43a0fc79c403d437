"""Before a role starts: schema, topics and rights; what is lacking and what to do about it, in a line."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from shared.contracts.topics import Topic
from shared.messaging import topics
from shared.messaging.access import Access, AccessUnknown, Drift
from shared.messaging.grants import Grant
from shared.messaging.kafka import Admin, KafkaUnavailable, TopicRefused, reachable
from shared.observability.logs import get_logger
from shared.postgres.database import UNAVAILABLE, Database
from shared.settings import ServiceSettings, Settings

START_SECONDS = 10
"""How long a process waits for Postgres, Kafka and its port before it says what is missing."""


class NobodyToAdmit(Exception):
    """There is no password for the service's user of Kafka; the message names where it belongs."""


class Place(Protocol):
    """Where a process stands: its database, and where it listens."""

    @property
    def service(self) -> str:
        """Its service's name, as its variables bear it."""
        ...

    @property
    def host(self) -> str:
        """Where it listens."""
        ...

    @property
    def own(self) -> ServiceSettings:
        """What is the service's own."""
        ...


async def missing(settings: Settings, role: str) -> str | None:
    """What the role still lacks after a while, with the remedy; None when all is there."""
    return await waited(partial(_lacking, settings, role), settings.service)


async def waited(lacking: Callable[[], Awaitable[str | None]], service: str) -> str | None:
    """Look again until nothing is lacking, or for as long as a process waits."""
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        found = await lacking()
        if found is None or asyncio.get_running_loop().time() > deadline:
            return found and f"{service} cannot start: {found}"
        await asyncio.sleep(0.5)


async def _lacking(settings: Settings, role: str) -> str | None:
    if lacking := await without_place(settings):
        return lacking
    return None if role == "api" else await _without_kafka(settings)


async def without_place(place: Place) -> str | None:
    """Whether Postgres or the port is lacking."""
    prefix = f"ACADEMY_{place.service.upper()}"
    try:
        db = await Database.connect(place.own.database_url, application="preflight", size=1)
        await db.close()
    except UNAVAILABLE as error:
        return f"no Postgres answers ({type(error).__name__}). Start it, or fix {prefix}_DATABASE."
    if not _can_bind(place.host, place.own.http_port):
        return f"port {place.own.http_port} is taken. Free it, or set {prefix}_HTTP_PORT."
    return None


async def _without_kafka(settings: Settings) -> str | None:
    """A user that is not let in looks like a broker that does not answer, unless one asks first whether it does."""
    kafka, platform = settings.kafka, settings.platform
    if not await reachable(kafka):
        return f"no Kafka answers at {platform.kafka}. Start it, or fix ACADEMY_KAFKA."
    try:
        async with Admin(kafka):
            return None
    except KafkaUnavailable:
        own = f"ACADEMY_{settings.service.upper()}_KAFKA_PASSWORD"
        who = f"the user {kafka.login.user}" if kafka.login else "anybody without a password"
        return f"Kafka at {platform.kafka} does not let in {who}. Run `migrate`, or fix {own}."


def _can_bind(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def prepare(settings: Settings, needed: Sequence[Topic], granted: Sequence[Grant]) -> str | None:
    """The schema, topics and rights the service needs; run by the platform or a job before its roles.

    What is left to fix is returned; a topic that keeps more than is declared is only told in the log.
    """
    from shared.postgres.migrate import DatabaseUnavailable, TablesHeld, migrate  # noqa: PLC0415 a quarter of all imports

    try:
        migrate(settings.service, settings.own.database_url)
        left, rights = asyncio.run(_apply(settings, needed, granted))
    except (DatabaseUnavailable, TablesHeld) as error:
        return str(error)
    except (KafkaUnavailable, TopicRefused) as error:
        return f"Kafka would not: {error}. Start it, or fix ACADEMY_KAFKA and ACADEMY_KAFKA_ADMIN_PASSWORD."
    except NobodyToAdmit as unnamed:
        return f"Kafka's administrator is told and the service's own password is not: set {unnamed}."
    except AccessUnknown as unknown:
        return f"Kafka keeps no rights ({unknown}): give it an authorizer, or take ACADEMY_KAFKA_ADMIN_PASSWORD away."
    except topics.BrokersAmiss as amiss:
        return str(amiss)
    for name, found in left.items():
        get_logger().warning("topic_differs", topic=name, differences=topics.in_words(found))
    lacking = {name: [d for d in found if not d.safe] for name, found in left.items()}
    lines = [f"{name}: {topics.in_words(found)}" for name, found in lacking.items() if found]
    return "; ".join([*lines, *rights.lines()]) or None


async def _apply(
    settings: Settings, needed: Sequence[Topic], granted: Sequence[Grant]
) -> tuple[topics.Differences, Drift]:
    """Wait for a Kafka that is only just starting, then apply; returns what is left to fix by hand."""
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        try:
            return await _make_topics(settings, needed), await _admit(settings, granted)
        except KafkaUnavailable:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.5)


async def _make_topics(settings: Settings, needed: Sequence[Topic]) -> topics.Differences:
    brokers, prefix = settings.platform.kafka_brokers, settings.platform.topic_prefix
    return await topics.apply(settings.kafka_to_prepare, needed, brokers=brokers, prefix=prefix)


async def _admit(settings: Settings, granted: Sequence[Grant]) -> Drift:
    """The service's user with its password and its rights, where it has one and this job may give them."""
    login = settings.kafka.login
    if not settings.platform.kafka_admin_password:
        return Drift()
    if login is None:
        raise NobodyToAdmit(f"ACADEMY_{settings.service.upper()}_KAFKA_PASSWORD")
    access = Access(settings.kafka_to_prepare)
    await access.admit(login)
    return await access.apply([g.under(settings.platform.topic_prefix) for g in granted], users=[login.user])
