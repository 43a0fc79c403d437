"""The environment is checked before anything starts."""

from pathlib import Path

import pytest

from shared.messaging.cluster import Cluster, Login
from shared.settings import SettingsMissing, load

GOOD = {
    "ACADEMY_ENV": "development",
    "ACADEMY_KAFKA": "127.0.0.1:9092",
    "ACADEMY_OIDC_ISSUER": "http://127.0.0.1:8081",
    "ACADEMY_PUBLIC_URL": "https://academy.example.nhs.uk/",
    "ACADEMY_TALENT_DATABASE": "postgresql://talent@127.0.0.1/talent",
    "ACADEMY_TALENT_HTTP_PORT": "8103",
    "ACADEMY_TALENT_KAFKA_PASSWORD": "theirs",
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


@pytest.mark.parametrize("issuer", ["http://issuer.example.org", "HTTP://issuer.example.org", "issuer.example.org"])
def test_production_takes_nobodys_word_without_tls(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    """Unset is production as well."""
    monkeypatch.setenv("ACADEMY_OIDC_ISSUER", issuer)
    assert load("talent").platform.oidc_issuer == issuer
    for said in ("production", None):
        monkeypatch.setenv("ACADEMY_ENV", said) if said else monkeypatch.delenv("ACADEMY_ENV")
        with pytest.raises(SettingsMissing, match="ACADEMY_OIDC_ISSUER has to be an https") as refused:
            load("talent")
        assert "issuer.example.org" not in str(refused.value)
    monkeypatch.setenv("ACADEMY_OIDC_ISSUER", "https://issuer.example.org")
    assert load("talent").platform.exceptions == []


def test_the_academy_is_reached_at_an_address_that_paths_can_follow() -> None:
    assert load("talent").platform.public_url == "https://academy.example.nhs.uk"


@pytest.mark.parametrize("address", ["academy.example.nhs.uk", "//academy.example.nhs.uk", "ftp://academy", ""])
def test_what_is_no_address_is_refused_whatever_is_excepted(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ACADEMY_INSECURE", "links")
    monkeypatch.setenv("ACADEMY_PUBLIC_URL", address)
    with pytest.raises(SettingsMissing, match="ACADEMY_PUBLIC_URL has to be"):
        load("talent")


def test_production_names_no_schema_that_comes_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv("ACADEMY_OIDC_ISSUER", "https://issuer.example.org")
    monkeypatch.setenv("ACADEMY_PUBLIC_URL", "http://academy.example.nhs.uk")
    with pytest.raises(SettingsMissing, match="ACADEMY_INSECURE=links"):
        load("talent")
    monkeypatch.setenv("ACADEMY_INSECURE", "links")
    assert load("talent").platform.public_url == "http://academy.example.nhs.uk"


def test_production_enters_no_kafka_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv("ACADEMY_OIDC_ISSUER", "https://issuer.example.org")
    monkeypatch.delenv("ACADEMY_TALENT_KAFKA_PASSWORD")
    with pytest.raises(SettingsMissing, match="ACADEMY_TALENT_KAFKA_PASSWORD has to be set"):
        load("talent")
    monkeypatch.setenv("ACADEMY_INSECURE", "kafka")
    assert load("talent").kafka == Cluster("127.0.0.1:9092")


def test_production_enters_no_kafka_with_an_empty_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv("ACADEMY_OIDC_ISSUER", "https://issuer.example.org")
    monkeypatch.setenv("ACADEMY_TALENT_KAFKA_PASSWORD", "")
    with pytest.raises(SettingsMissing, match="ACADEMY_TALENT_KAFKA_PASSWORD has to be set"):
        load("talent")


def test_whose_certificates_are_believed_is_a_file_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_KAFKA_AUTHORITY", "")
    assert load("talent").kafka.authority is None
    monkeypatch.setenv("ACADEMY_KAFKA_AUTHORITY", "/nowhere/authority.pem")
    with pytest.raises(SettingsMissing, match="ACADEMY_KAFKA_AUTHORITY: Path does not point to a file"):
        load("talent")


def test_kafka_is_entered_under_the_service_s_own_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = tmp_path / "authority.pem"
    authority.touch()
    monkeypatch.setenv("ACADEMY_KAFKA_AUTHORITY", str(authority))
    settings = load("talent")
    assert settings.kafka == Cluster("127.0.0.1:9092", Login("talent", "theirs"), authority)
    assert settings.kafka_to_prepare == settings.kafka
    assert "theirs" not in repr(settings.kafka)
    monkeypatch.setenv("ACADEMY_TOPIC_PREFIX", "t1.")
    monkeypatch.setenv("ACADEMY_KAFKA_ADMIN_PASSWORD", "all")
    settings = load("talent")
    assert settings.kafka.login == Login("t1.talent", "theirs")
    assert settings.kafka_to_prepare.login == Login("admin", "all")


def test_an_exception_from_tls_is_made_by_name_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv("ACADEMY_INSECURE", "smtp")
    with pytest.raises(SettingsMissing, match="ACADEMY_INSECURE=issuer"):
        load("talent")
    monkeypatch.setenv("ACADEMY_INSECURE", "issuer smtp")
    assert load("talent").platform.exceptions == ["issuer", "smtp"]


def test_an_exception_nobody_knows_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_INSECURE", "issuer everything")
    with pytest.raises(
        SettingsMissing, match=r"ACADEMY_INSECURE: .*1 unknown; .* there are: issuer smtp kafka"
    ) as refused:
        load("talent")
    assert "everything" not in str(refused.value)


@pytest.mark.parametrize("env", ["Production", "", "dev", "development "])
def test_an_environment_that_is_misspelt_is_none(monkeypatch: pytest.MonkeyPatch, env: str) -> None:
    monkeypatch.setenv("ACADEMY_ENV", env)
    with pytest.raises(SettingsMissing, match="ACADEMY_ENV"):
        load("talent")


@pytest.mark.parametrize(("name", "value"), [("ACADEMY_CLOCK", "replay"), ("ACADEMY_TOPIC_PREFIX", "x.")])
def test_production_refuses_to_be_played_with(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("ACADEMY_ENV", "production")
    monkeypatch.setenv("ACADEMY_OIDC_ISSUER", "https://issuer.example.org")
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
    [
        ({}, "127.0.0.1"),
        ({"ACADEMY_LISTEN": "0.0.0.0"}, "0.0.0.0"),
        ({"ACADEMY_ENV": "production", "ACADEMY_INSECURE": "issuer"}, "0.0.0.0"),
    ],
)
def test_a_development_machine_is_not_open_to_others_unless_asked(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], host: str
) -> None:
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert load("talent").host == host
