"""The environment is checked before anything starts."""

from pathlib import Path

import pytest

from shared.settings import SettingsMissing, load

GOOD = {
    "ACADEMY_ENV": "development",
    "ACADEMY_KAFKA": "127.0.0.1:9092",
    "ACADEMY_OIDC_ISSUER": "http://127.0.0.1:8081",
    "ACADEMY_TALENT_DATABASE": "postgresql://talent@127.0.0.1/talent",
    "ACADEMY_TALENT_HTTP_PORT": "8103",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_a_service_reads_its_own_database_and_the_shared_platform() -> None:
    settings = load("talent")
    assert settings.own.http_port == 8103
    assert settings.source == "/nhs/midlands-leadership/development/talent"


@pytest.mark.parametrize("name", ["ACADEMY_KAFKA", "ACADEMY_TALENT_DATABASE"])
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsMissing, match=name):
        load("talent")


def test_a_cluster_that_nobody_describes_is_one_that_keeps_every_record_thrice() -> None:
    assert load("talent").platform.kafka_brokers == 3


def test_a_cluster_of_no_brokers_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_KAFKA_BROKERS", "0")
    with pytest.raises(SettingsMissing, match="ACADEMY_KAFKA_BROKERS"):
        load("talent")


@pytest.mark.parametrize("value", ["0", "60000", "soon"])
def test_a_wait_that_is_none_or_no_end_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ACADEMY_FETCH_WAIT_MS", value)
    with pytest.raises(SettingsMissing, match="ACADEMY_FETCH_WAIT_MS"):
        load("talent")


@pytest.mark.parametrize(("name", "value"), [("ACADEMY_CLOCK", "replay"), ("ACADEMY_TOPIC_PREFIX", "x.")])
def test_production_refuses_to_be_played_with(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsMissing, match=name):
        load("talent")


def test_what_the_environment_does_not_say_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ACADEMY_KAFKA")
    monkeypatch.setenv("ACADEMY_SECRETS", str(tmp_path))
    (tmp_path / "academy_kafka").write_text("kafka:9092\n")
    (tmp_path / "academy_talent_database_password").write_text("s/ecret@\n")
    settings = load("talent")
    assert settings.platform.kafka == "kafka:9092"
    assert settings.own.database_url == "postgresql://talent:s%2Fecret%40@127.0.0.1/talent"


def test_without_a_password_of_its_own_the_address_stays_as_it_is() -> None:
    assert load("talent").own.database_url == GOOD["ACADEMY_TALENT_DATABASE"]


@pytest.mark.parametrize(
    ("told", "host"),
    [({}, "127.0.0.1"), ({"ACADEMY_LISTEN": "0.0.0.0"}, "0.0.0.0"), ({"ACADEMY_ENV": "production"}, "0.0.0.0")],
)
def test_a_development_machine_is_not_open_to_others_unless_asked(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], host: str
) -> None:
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert load("talent").host == host
