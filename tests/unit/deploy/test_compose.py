"""What the compose file promises about who reaches what, and what a container may do."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from academy.local.layout import ROLES
from academy.local.processes import Command
from services.notifications.settings import Settings
from shared.runtime import LONGEST_STOP
from tests.support.packages import PORTAL, ROOT, SERVICES

Container = Mapping[str, Any]

_FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
_WATCHING = yaml.safe_load((ROOT / "deploy/observability/compose.yml").read_text())
_CONTAINERS = cast("dict[str, Container]", _FILE["services"])
_OURS = [f"{service}-{role}" for service in SERVICES for role in (*ROLES, "migrate")]
_JOBS = [f"{service}-migrate" for service in SERVICES]


def networks(container: str) -> set[str]:
    return set(_CONTAINERS[container]["networks"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_database_is_reached_by_its_own_service_only(service: str) -> None:
    sharing = {name for name in _CONTAINERS if networks(name) & networks(f"{service}-db")}
    assert sharing == {f"{service}-{role}" for role in (*ROLES, "migrate", "db")}


@pytest.mark.parametrize("service", SERVICES)
def test_services_do_not_reach_each_other(service: str) -> None:
    own = {f"{service}-{role}" for role in (*ROLES, "migrate")}
    assert {name for name in _OURS if networks(name) & networks(f"{service}-api")} == own


def test_the_portal_reaches_the_services_by_the_gateway_alone() -> None:
    assert {name for name in _CONTAINERS if networks(name) & networks(f"{PORTAL}-api")} == {
        *(f"{PORTAL}-{part}" for part in ("api", "migrate", "db")),
        "gateway",
        "frontdoor",
    }
    assert not networks(f"{PORTAL}-db") & networks("gateway")
    told = _CONTAINERS[f"{PORTAL}-api"]
    assert told["environment"]["ACADEMY_PORTAL_GATEWAY"] == "http://gateway:8080"
    assert told["secrets"] == ["academy_portal_database_password"]
    assert told["depends_on"] == {f"{PORTAL}-migrate": {"condition": "service_completed_successfully"}}


def test_only_the_gateway_is_reached_from_outside_and_only_its_network_leads_anywhere() -> None:
    assert [name for name, container in _CONTAINERS.items() if "ports" in container] == ["gateway"]
    assert [name for name, network in _FILE["networks"].items() if network != {"internal": True}] == ["edge"]
    assert [name for name in _CONTAINERS if "edge" in networks(name)] == ["gateway"]


@pytest.mark.parametrize(
    ("name", "room"), [("enrolment-api", 128), ("gateway", 1024), ("enrolment-db", 1024), ("kafka", 1024)]
)
def test_a_container_has_room_for_its_own_threads_and_for_no_flood_of_them(name: str, room: int) -> None:
    assert _CONTAINERS[name]["deploy"]["resources"]["limits"]["pids"] == room


@pytest.mark.parametrize("name", sorted(_WATCHING["services"]))
def test_what_watches_is_bounded_as_well(name: str) -> None:
    container = _WATCHING["services"][name]
    assert container["deploy"]["resources"]["limits"]["pids"] == 512
    assert container["cap_drop"] == ["ALL"]
    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}


@pytest.mark.parametrize("name", sorted(_CONTAINERS))
def test_every_container_is_bounded_and_may_do_no_more_than_it_must(name: str) -> None:
    container = _CONTAINERS[name]
    assert container["deploy"]["resources"]["limits"]["pids"] <= 1024
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert ":" in container["image"]


@pytest.mark.parametrize("name", [*_OURS, "portal-api", "frontdoor", "mailbox", "gateway"])
def test_what_keeps_nothing_has_a_root_that_cannot_be_written_and_room_for_what_is_passing(name: str) -> None:
    """Traefik, too, has a temporary file for each answer of more than a megabyte."""
    assert _CONTAINERS[name]["read_only"] is True
    assert [place.partition(":")[0] for place in _CONTAINERS[name]["tmpfs"]] == ["/tmp"]  # noqa: S108 in a container


@pytest.mark.parametrize("service", SERVICES)
def test_no_role_starts_before_its_schema_and_topics(service: str) -> None:
    for role in ROLES:
        needs = _CONTAINERS[f"{service}-{role}"]["depends_on"]
        assert needs == {f"{service}-migrate": {"condition": "service_completed_successfully"}}


def test_the_size_of_the_cluster_is_told_and_one_broker_only_where_one_starts() -> None:
    told = {_CONTAINERS[name]["environment"]["ACADEMY_KAFKA_BROKERS"] for name in _OURS}
    assert told == {"${ACADEMY_KAFKA_BROKERS:-3}"}
    assumed = dict(line.split("=", 1) for line in (ROOT / ".env").read_text().splitlines() if line[:1].isupper())
    assert "core" in assumed["COMPOSE_PROFILES"].split(",")
    assert assumed["ACADEMY_KAFKA_BROKERS"] == "1"


def test_the_mailbox_starts_in_a_demonstration_only_and_the_default_is_one() -> None:
    assert _CONTAINERS["mailbox"]["profiles"] == ["demonstration"]
    assumed = dict(line.split("=", 1) for line in (ROOT / ".env").read_text().splitlines() if line[:1].isupper())
    assert "demonstration" in assumed["COMPOSE_PROFILES"].split(",")
    assert (assumed["ACADEMY_ENV"], assumed["ACADEMY_ISSUER_PORT"]) == ("development", "8001")


@pytest.mark.parametrize("name", [*_OURS, "portal-api", "frontdoor", "mailbox", "gateway"])
def test_who_is_not_told_that_this_is_development_takes_it_for_production(name: str) -> None:
    assert _CONTAINERS[name]["environment"]["ACADEMY_ENV"] == "${ACADEMY_ENV:-production}"


def test_no_port_is_published_on_all_addresses_unless_one_is_named() -> None:
    published = [port for part in (_FILE, _WATCHING) for c in part["services"].values() for port in c.get("ports", ())]
    assert len(published) == 2
    assert all(port.startswith(("127.0.0.1:", "${ACADEMY_GATEWAY_ADDRESS:-127.0.0.1}:")) for port in published)


def test_the_password_of_a_mail_server_reaches_the_role_that_sends_alone() -> None:
    mail = yaml.safe_load((ROOT / "deploy/mail.yml").read_text())
    assert mail["services"] == {
        "notifications-consumer": {"secrets": ["academy_smtp_password"], "networks": ["mail-outside"]}
    }
    assert set(mail["secrets"]) == {"academy_smtp_password"} <= {f"academy_{name}" for name in Settings.model_fields}


@pytest.mark.parametrize("variable", ["SMTP", "SMTP_TLS", "SMTP_USERNAME", "INSECURE"])
def test_what_the_mail_server_is_reached_with_can_be_told(variable: str) -> None:
    for role in (*ROLES, "migrate"):
        told = _CONTAINERS[f"notifications-{role}"]["environment"][f"ACADEMY_{variable}"]
        assert told.startswith(f"${{ACADEMY_{variable}:-")


def test_the_passwords_made_are_those_handed_over() -> None:
    files = [Path(secret["file"]) for part in (_FILE, _WATCHING) for secret in part["secrets"].values()]
    assert sorted(file.name for file in files) == sorted(_passwords().NAMES)
    assert {file.parent.name for file in files} == {"secrets"}


def test_a_password_is_made_once(tmp_path: Path) -> None:
    passwords = _passwords()
    assert passwords.make(tmp_path / "one")
    first = (tmp_path / "one").read_text()
    assert not passwords.make(tmp_path / "one")
    assert (tmp_path / "one").read_text() == first
    assert len(first) >= 32


def _passwords() -> Any:
    spec = importlib.util.spec_from_file_location("passwords", ROOT / "deploy" / "passwords.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("role", ROLES)
def test_a_process_is_given_longer_to_end_than_it_can_take(service: str, role: str) -> None:
    given = _CONTAINERS[f"{service}-{role}"]["stop_grace_period"]
    assert int(given.removesuffix("s")) >= LONGEST_STOP + 5
    assert Command("any", (), Path(), {}).grace_seconds > LONGEST_STOP


@pytest.mark.parametrize("name", [name for name in _CONTAINERS if name.startswith("kafka")])
def test_a_broker_asks_everybody_who_they_are_and_grants_nothing_by_itself(name: str) -> None:
    told = _CONTAINERS[name]["environment"]
    protocols = dict(pair.split(":") for pair in told["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    listeners = {listener.split(":")[0] for listener in told["KAFKA_LISTENERS"].split(",")}
    assert {protocols[listener].split("_")[0] for listener in listeners} == {"SASL"}
    assert told["KAFKA_AUTHORIZER_CLASS_NAME"].endswith(".StandardAuthorizer")
    assert told["KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND"] == "false"
    assert told["KAFKA_SUPER_USERS"] == "User:admin;User:controller"
    assert told["KAFKA_SASL_ENABLED_MECHANISMS"] == "SCRAM-SHA-512"
    assert _CONTAINERS[name]["entrypoint"] == ["/start.sh"]


def test_only_brokers_and_the_jobs_before_a_service_know_the_administrator_s_password() -> None:
    knowing = {name for name, c in _CONTAINERS.items() if "academy_kafka_admin_password" in c.get("secrets", [])}
    assert knowing == {name for name in _CONTAINERS if name.startswith("kafka") or name in _JOBS}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_its_own_password_of_kafka_and_no_other(service: str) -> None:
    secret = f"academy_{service}_kafka_password"
    knowing = {name for name, c in _CONTAINERS.items() if secret in c.get("secrets", [])}
    assert knowing == {f"{service}-{role}" for role in (*ROLES, "migrate")}
