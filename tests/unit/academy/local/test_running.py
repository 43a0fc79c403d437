"""What the ops verbs are told of the platform that a state folder knows."""

from datetime import UTC, datetime
from pathlib import Path

from academy.local.running import running_platform
from academy.local.state import Part, State, StateFolder
from academy.operations.access import RunningPlatform

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def embedded(address: str) -> Part:
    return Part(address, 1, NOW, "embedded")


def supplied(address: str) -> Part:
    return Part(address, None, None, "environment")


def found(folder: Path, **parts: Part) -> RunningPlatform:
    state_folder = StateFolder(folder)
    state_folder.write(State({name.replace("_", "-"): part for name, part in parts.items()}))
    return running_platform(state_folder)


def test_where_nothing_ran_nothing_is_found(tmp_path: Path) -> None:
    assert running_platform(StateFolder(tmp_path)) == RunningPlatform()


def test_gateway_and_issuer_of_our_own_are_found(tmp_path: Path) -> None:
    here = found(tmp_path, gateway=embedded("http://g"), issuer=embedded("http://i"))
    assert (here.gateway, here.issuer) == ("http://g", "http://i")


def test_an_issuer_elsewhere_is_no_issuer_of_tokens_for_us(tmp_path: Path) -> None:
    assert found(tmp_path, issuer=supplied("https://login.example.org")).issuer is None


def test_every_broker_is_found_with_the_password_of_a_user(tmp_path: Path) -> None:
    here = found(tmp_path, kafka=embedded("a:0"), kafka_2=embedded("a:1"), kafka_3=embedded("a:2"))
    assert here.brokers == ("a:0", "a:1", "a:2")
    assert here.kafka_password
    assert here.kafka_password("ops") == StateFolder(tmp_path).secret("kafka-ops")


def test_of_a_kafka_elsewhere_no_password_is_known_here(tmp_path: Path) -> None:
    here = found(tmp_path, kafka=supplied("k:9092"))
    assert (here.brokers, here.kafka_password) == (("k:9092",), None)
