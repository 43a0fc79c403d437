"""What watches is confined like what it watches, and the collector's parts fit together."""

import re
from typing import Any

import pytest

from tests.unit.observability.configuration import FOLDER, read

PINNED = re.compile(r"^(prom/prometheus|grafana/grafana|otel/opentelemetry-collector-contrib):v?\d+\.\d+\.\d+$")
COMPOSE = read(FOLDER / "compose.yml")


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_containers_are_pinned_and_confined(name: str) -> None:
    container = COMPOSE["services"][name]
    assert PINNED.match(container["image"])
    assert container["profiles"]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert all(port.startswith("127.0.0.1:") for port in container.get("ports", ()))
    mounts = [v for v in container["volumes"] if v.startswith((".", "$"))]
    assert all(v.endswith(":ro") for v in mounts)


def test_passwords_come_from_files() -> None:
    grafana = COMPOSE["services"]["grafana"]
    assert grafana["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] == "/run/secrets/grafana_admin_password"
    assert set(grafana["secrets"]) <= set(COMPOSE["secrets"])
    assert not any("PASSWORD" in k and not k.endswith("__FILE") for k in grafana["environment"])


def test_nothing_that_watches_reaches_a_database() -> None:
    for name, container in COMPOSE["services"].items():
        assert not any(network.endswith("-data") for network in container["networks"]), name


def _merged(*names: str) -> dict[str, Any]:
    """Later files add to earlier ones, section by section, as the collector reads them."""
    whole: dict[str, Any] = {}
    for name in names:
        _merge(whole, read(FOLDER / "otel" / name))
    return whole


def _merge(into: Any, more: Any) -> None:
    value: Any
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


@pytest.mark.parametrize("names", [("collector.yml",), ("collector.yml", "estate.yml"), ("logs.yml",)])
def test_pipelines_use_what_is_defined_and_nothing_is_left_over(names: tuple[str, ...]) -> None:
    config = _merged(*names)
    pipelines = config["service"]["pipelines"].values()
    for part in ("receivers", "processors", "exporters"):
        assert {used for pipeline in pipelines for used in pipeline[part]} == set(config[part])
    assert set(config["service"]["extensions"]) == set(config["extensions"])
