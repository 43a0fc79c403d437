"""Before a role starts: schema and topics; what is lacking and what to do about it, in a line, not a stack trace."""

import asyncio
import socket
from collections.abc import Sequence

from shared.contracts.topics import Topic
from shared.messaging import topics
from shared.messaging.kafka import KafkaAway, TopicRefused, reachable
from shared.observability.logs import get_logger
from shared.postgres.database import AWAY, Database
from shared.settings import Settings

START_SECONDS = 10
"""How long a process waits for Postgres, Kafka and its port before it says what is missing."""


async def missing(settings: Settings, role: str) -> str | None:
    """What the role still lacks after a while, with the remedy; None when all is there."""
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        lacking = await _lacking(settings, role)
        if lacking is None or asyncio.get_running_loop().time() > deadline:
            return lacking and f"{settings.service} cannot start: {lacking}"
        await asyncio.sleep(0.5)


async def _lacking(settings: Settings, role: str) -> str | None:
    prefix = f"ACADEMY_{settings.service.upper()}"
    try:
        db = await Database.connect(settings.own.database_url, application="preflight", size=1)
        await db.close()
    except AWAY as error:
        return f"no Postgres answers ({type(error).__name__}). Start it, or mend {prefix}_DATABASE."
    if role != "api" and not await reachable(settings.platform.kafka):
        return f"no Kafka answers at {settings.platform.kafka}. Start it, or mend ACADEMY_KAFKA."
    if not _can_bind(settings.host, settings.own.http_port):
        return f"port {settings.own.http_port} is taken. Free it, or set {prefix}_HTTP_PORT."
    return None


def _can_bind(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def prepare(settings: Settings, needed: Sequence[Topic]) -> str | None:
    """The schema and the topics the service needs; run by the platform or a job before its roles.

    What is left to mend is returned; a topic that keeps more than is declared is only told in the log.
    """
    from shared.postgres.migrate import DatabaseAway, TablesHeld, migrate  # noqa: PLC0415 a quarter of all imports

    try:
        migrate(settings.service, settings.own.database_url)
        left = asyncio.run(_apply(settings, needed))
    except (DatabaseAway, TablesHeld) as error:
        return str(error)
    except (KafkaAway, TopicRefused) as error:
        return f"Kafka would not: {error}. Start it, or mend ACADEMY_KAFKA."
    except topics.BrokersAmiss as amiss:
        return str(amiss)
    for name, found in left.items():
        get_logger().warning("topic_differs", topic=name, differences=topics.in_words(found))
    lacking = {name: [d for d in found if not d.safe] for name, found in left.items()}
    return "; ".join(f"{name}: {topics.in_words(found)}" for name, found in lacking.items() if found) or None


async def _apply(settings: Settings, needed: Sequence[Topic]) -> topics.Differences:
    """Wait for a Kafka that is only just starting, then apply; returns what is left to mend by hand."""
    platform = settings.platform
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        try:
            return await topics.apply(
                platform.kafka, needed, brokers=platform.kafka_brokers, prefix=platform.topic_prefix
            )
        except KafkaAway:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.5)
