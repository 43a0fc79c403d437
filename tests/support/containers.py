"""Postgres and Kafka of a run as containers."""

import asyncio
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from docker.errors import DockerException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.wait_strategies import PortWaitStrategy

from academy.local.kafka import serves_groups
from academy.local.layout import ROOT
from academy.local.ports import LOOPBACK, any_free_port
from academy.local.readiness import until
from shared.messaging.cluster import Cluster, Login
from shared.settings import KAFKA_ADMIN

POSTGRES_IMAGE, KAFKA_IMAGE = "postgres:18", "apache/kafka:4.3.1"
_QUICK = "postgres -c max_connections=300 -c timezone=UTC -c fsync=off -c full_page_writes=off"


def why_not() -> str | None:
    """Why there can be no containers here."""
    try:
        DockerClient().client.ping()  # pyright: ignore[reportUnknownMemberType] the library leaves it untyped
    except DockerException as away:
        return str(away)
    return None


@dataclass(frozen=True, slots=True)
class Containers:
    """Where they are, each as the user who may do everything there."""

    postgres: str
    kafka: Cluster


@contextmanager
def running() -> Generator[Containers]:
    """Both of them; however the block ends, they and what they wrote are gone afterwards.

    A broker tells its clients where it is, so its port on this side is chosen before it starts.
    """
    _do_without_ryuk()
    broker, admin = f"{LOOPBACK}:{(port := any_free_port())}", Login(KAFKA_ADMIN, secrets.token_urlsafe(24))
    kafka = Cluster(broker, admin)
    with _passwords(admin.password) as passwords, _postgres() as postgres, _kafka(broker, port, passwords):
        asyncio.run(until(lambda: serves_groups(kafka), seconds=60))
        yield Containers(postgres.get_connection_url(host=LOOPBACK), kafka)


def _do_without_ryuk() -> None:
    """The library's remover of containers has the daemon's socket mounted. Many a daemon refuses that, and then nothing
    starts; here each container is ended by its own block.

    Set here and not in the Makefile, so that a test run without make has it too. Whoever would rather have the remover,
    because it also clears up after a run that was killed, says TESTCONTAINERS_RYUK_DISABLED=false.
    """
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")


def _postgres() -> PostgresContainer:
    """Its data in memory: a database made from a template is a copy of files."""
    container = PostgresContainer(POSTGRES_IMAGE, username="postgres", dbname="postgres", driver=None)
    return container.with_command(_QUICK).with_tmpfs_mount("/var/lib/postgresql")


@contextmanager
def _passwords(admin: str) -> Generator[str]:
    """A folder as `deploy/secrets`, read in the container by a user of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "academy_kafka_admin_password").write_text(admin)
        (folder / "kafka_controller_password").write_text(secrets.token_urlsafe(24))
        yield name


def _kafka(address: str, port: int, passwords: str) -> DockerContainer:
    """As the compose file starts its one broker."""
    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(9092, port).with_envs(**_broker(address))
    container.with_volume_mapping(str(ROOT / "deploy/kafka/start.sh"), "/start.sh").with_volume_mapping(
        passwords, "/run/secrets"
    )
    return container.with_kwargs(entrypoint=["/start.sh"]).waiting_for(PortWaitStrategy(9092))


def _broker(address: str) -> dict[str, str]:
    file = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    told = file["x-broker-settings"] | file["x-one-broker"]
    return {name: str(value) for name, value in told.items()} | {
        "KAFKA_NODE_ID": "1",
        "KAFKA_ADVERTISED_LISTENERS": f"CLIENT://{address}",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "4",
    }
