"""What the compose file promises about who reaches what, and what a container may do."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from academy.local.layout import ROLES, ROOT, SERVICES
from academy.local.processes import Command
from shared.runtime import LONGEST_STOP

Container = Mapping[str, Any]

_FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
_WATCHING = yaml.safe_load((ROOT / "deploy/observability/compose.yml").read_text())
_CONTAINERS = cast("dict[str, Container]", _FILE["services"])
_OURS = [f"{service}-{role}" for service in SERVICES for role in (*ROLES, "migrate")]


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


def test_only_the_gateway_is_reached_from_outside_and_only_its_network_leads_anywhere() -> None:
    assert [name for name, container in _CONTAINERS.items() if "ports" in container] == ["gateway"]
    assert [name for name, network in _FILE["networks"].items() if network != {"internal": True}] == ["edge"]
    assert [name for name in _CONTAINERS if "edge" in networks(name)] == ["gateway"]


@pytest.mark.parametrize("name", sorted(_CONTAINERS))
def test_every_container_is_bounded_and_may_do_no_more_than_it_must(name: str) -> None:
    container = _CONTAINERS[name]
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert ":" in container["image"]


@pytest.mark.parametrize("name", [*_OURS, "frontdoor", "mailbox", "gateway"])
def test_what_keeps_nothing_has_a_root_that_cannot_be_written(name: str) -> None:
    assert _CONTAINERS[name]["read_only"] is True


@pytest.mark.parametrize("service", SERVICES)
def test_no_role_starts_before_its_schema_and_topics(service: str) -> None:
    for role in ROLES:
        needs = _CONTAINERS[f"{service}-{role}"]["depends_on"]
        assert needs == {f"{service}-migrate": {"condition": "service_completed_successfully"}}


def test_the_size_of_the_cluster_is_told_and_one_broker_only_where_one_starts() -> None:
    told = {_CONTAINERS[name]["environment"]["ACADEMY_KAFKA_BROKERS"] for name in _OURS}
    assert told == {"${ACADEMY_KAFKA_BROKERS:-3}"}
    assumed = dict(line.split("=", 1) for line in (ROOT / ".env").read_text().splitlines() if line[:1].isupper())
    assert (assumed["COMPOSE_PROFILES"], assumed["ACADEMY_KAFKA_BROKERS"]) == ("core", "1")


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
