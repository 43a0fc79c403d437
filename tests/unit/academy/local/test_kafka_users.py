"""An embedded Kafka has users from its first start on, or does not start."""

from pathlib import Path

import pytest

from academy.local import kafka as embedded
from academy.local.kafka import Kafka, KafkaWithoutUsers, Node
from academy.local.processes import Command
from academy.local.state import StateFolder

NODE = Node(1, 9092, 9093)


@pytest.fixture
def kafka(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kafka:
    """Its jars are not looked at."""

    def jars(_: Path) -> list[Path]:
        return [tmp_path / "kafka.jar"]

    monkeypatch.setattr(embedded, "verified_jars", jars)
    return Kafka(StateFolder(tmp_path), tmp_path, NODE, (NODE,))


async def formatted(command: Command) -> None:
    data = next(Path(line.removeprefix("log.dirs=")) for line in _settings(command) if line.startswith("log.dirs="))
    data.mkdir()
    (data / "meta.properties").touch()


def _settings(command: Command) -> list[str]:
    return Path(command.argv[command.argv.index("-c") + 1]).read_text().splitlines()


async def test_the_first_user_is_made_with_the_log(kafka: Kafka, tmp_path: Path) -> None:
    seen: list[Command] = []

    async def run(command: Command) -> None:
        seen.append(command)
        await formatted(command)

    await kafka.initialise(run)
    await kafka.initialise(run)
    [command] = seen
    password = (tmp_path / "secrets" / "kafka-admin").read_text()
    assert command.argv[-1] == f"--add-scram=SCRAM-SHA-512=[name=admin,password={password}]"
    assert "allow.everyone.if.no.acl.found=false" in _settings(command)
    assert "listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT" in _settings(command)


async def test_a_log_of_before_is_refused_with_what_to_do(kafka: Kafka, tmp_path: Path) -> None:
    (tmp_path / "kafka" / "data").mkdir(parents=True)
    (tmp_path / "kafka" / "data" / "meta.properties").touch()
    with pytest.raises(KafkaWithoutUsers, match="academy reset"):
        await kafka.initialise(formatted)


async def test_passwords_in_its_settings_are_its_owner_s_alone(kafka: Kafka, tmp_path: Path) -> None:
    await kafka.initialise(formatted)
    assert (tmp_path / "kafka" / "server.properties").stat().st_mode & 0o077 == 0
