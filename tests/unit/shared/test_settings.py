"""The environment is checked before anything starts."""

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


@pytest.mark.parametrize(("name", "value"), [("ACADEMY_CLOCK", "replay"), ("ACADEMY_TOPIC_PREFIX", "x.")])
def test_production_refuses_to_be_played_with(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsMissing, match=name):
        load("talent")
