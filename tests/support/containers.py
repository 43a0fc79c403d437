"""Postgres and Kafka of a run as containers."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from docker.errors import DockerException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.wait_strategies import PortWaitStrategy

from academy.local.kafka import serves_groups
from academy.local.ports import LOOPBACK, any_free_port
from academy.local.readiness import until

POSTGRES_IMAGE, KAFKA_IMAGE = "postgres:18", "apache/kafka:4.3.1"
_QUICK = "postgres -c max_connections=300 -c timezone=UTC -c fsync=off -c full_page_writes=off"


def hindrance() -> str | None:
    """Why there can be no containers here."""
    try:
        DockerClient().client.ping()  # pyright: ignore[reportUnknownMemberType] the library leaves it untyped
    except DockerException as away:
        return str(away)
    return None


@dataclass(frozen=True, slots=True)
class Containers:
    """Where they are: the address of Postgres' superuser, and `host:port` of Kafka."""

    postgres: str
    kafka: str


@contextmanager
def running() -> Generator[Containers]:
    """Both of them; however the block ends, they and what they wrote are gone afterwards.

    A broker tells its clients where it is, so its port on this side is chosen before it starts.
    """
    broker = f"{LOOPBACK}:{(port := any_free_port())}"
    with _postgres() as postgres, _kafka(broker, port):
        asyncio.run(until(lambda: serves_groups(broker), seconds=60))
        yield Containers(postgres.get_connection_url(host=LOOPBACK), broker)


def _postgres() -> PostgresContainer:
    """Its data in memory: a database made from a template is a copy of files."""
    container = PostgresContainer(POSTGRES_IMAGE, username="postgres", dbname="postgres", driver=None)
    return container.with_command(_QUICK).with_tmpfs_mount("/var/lib/postgresql")


def _kafka(address: str, port: int) -> DockerContainer:
    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(9092, port).with_envs(**_broker(address))
    return container.waiting_for(PortWaitStrategy(9092))


def _broker(address: str) -> dict[str, str]:
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{address}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "12",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    }
