"""Files that cannot read the packages under `services/` name every one of them, and nothing that is none."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tests.chaos import deployment
from tests.support.academies import the_service
from tests.support.packages import PORTAL, ROOT, SERVICES

_RUNNING = ("api", "consumer", "relay")
_ROLES = ("migrate", *_RUNNING)
_COMPOSE, _TLS, _BACKUPS = "docker-compose.yml", "deploy/kafka-tls.yml", "deploy/backups.yml"
_WATCHING, _CHAOS = "deploy/observability/compose.yml", "tests/chaos/deployment.py"
_SCRAPED, _ALERTS = (f"deploy/observability/prometheus/{name}.yml" for name in ("prometheus", "alerts"))
_FRONT = ("gateway", "frontdoor")

Names = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a file, the names that stand there, and those it owes to a service."""

    file: str
    part: str
    named: Iterable[str]
    owed: Names
    services: Iterable[str] = SERVICES

    def faults(self) -> Iterator[str]:
        """A sentence for each service that is missing, and for each name that no service bears."""
        owed = {name: service for service in self.services for name in self.owed(service)}
        named = set(self.named)
        for name in sorted(owed.keys() - named):
            yield f"{self.file} lacks the service {owed[name]}: no `{name}` in its {self.part}"
        for name in sorted(named - owed.keys()):
            yield f"{self.file} names `{name}` in its {self.part}, and no service under services/ bears that name"


def _read(file: str) -> Any:
    return yaml.safe_load((ROOT / file).read_text())


def _of_services(names: Iterable[str]) -> list[str]:
    """Without the portal's: it has one role, no Kafka and no API; what it has is asked of it alone."""
    return [name for name in names if PORTAL not in name]


def _every_role(service: str) -> Iterator[str]:
    """The portal has one."""
    yield from (f"{service}-{role}" for role in (_RUNNING if service != PORTAL else ("api",)))


def _itself(service: str) -> Iterator[str]:
    yield service


def _roles(service: str) -> Iterator[str]:
    yield from (f"{service}-{role}" for role in _ROLES)


def _ends_with(names: Iterable[str], *parts: str) -> list[str]:
    return [name for name in names if name.endswith(tuple(f"-{part}" for part in parts))]


def _places() -> Iterator[Place]:
    yield from _of_the_containers(_read(_COMPOSE))
    yield from _of_networks(_read(_COMPOSE)["services"])
    yield from _of_the_gateway(_read(_COMPOSE)["services"]["gateway"])
    yield from _of_what_is_added()
    yield from _of_what_watches()
    yield from _of_the_storm()
    linked = re.findall(r"\(services/(\w+)/README\.md\)", (ROOT / "README.md").read_text())
    yield Place("README.md", "table of folders", linked, _itself, (*SERVICES, PORTAL))
    layered = re.findall(r'^containers = \["services\.(\w+)"\]$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    yield Place("pyproject.toml", "import contracts (`containers`)", layered, _itself, (*SERVICES, PORTAL))


def _of_the_containers(file: Any) -> Iterator[Place]:
    containers = {name: container for name, container in file["services"].items() if PORTAL not in name}
    yield Place(_COMPOSE, "roles", _ends_with(containers, *_ROLES), _roles)
    yield Place(_COMPOSE, "databases", _ends_with(containers, "db"), lambda s: [f"{s}-db"])
    yield Place(_COMPOSE, "volumes", _ends_with(_of_services(file["volumes"]), "db"), lambda s: [f"{s}-db"])
    built = [c["build"]["args"]["SERVICE"] for n, c in containers.items() if n in _ends_with([n], *_ROLES)]
    yield Place(_COMPOSE, "images", built, _itself)
    kept = [
        n
        for n in _of_services(file["secrets"])
        if re.fullmatch(r"(?!kafka_)(?!academy_kafka_).+_(postgres|database|kafka)_.+", n)
    ]
    yield Place(_COMPOSE, "secrets", kept, _passwords)


def _passwords(service: str) -> Iterator[str]:
    yield f"{service}_postgres_password"
    yield from (f"academy_{service}_{of}_password" for of in ("database", "kafka"))


def _of_networks(containers: Any) -> Iterator[Place]:
    others = {"brokers", "edge", "mail"}
    for name in (*_FRONT, *(name for name in containers if name.startswith("kafka"))):
        yield Place(_COMPOSE, f"networks of {name}", _of_services(set(containers[name]["networks"]) - others), _itself)
    declared = _of_services(set(_read(_COMPOSE)["networks"]) - others)
    yield Place(_COMPOSE, "networks", declared, lambda s: [s, f"{s}-data"])


def _of_the_gateway(gateway: Any) -> Iterator[Place]:
    yield Place(_COMPOSE, "list ACADEMY_SERVICES", gateway["environment"]["ACADEMY_SERVICES"].split(), _itself)
    upstreams = _upstreams(gateway) - {PORTAL, "problems", "issuer", "mailbox"}
    yield Place(_COMPOSE, "addresses behind the gateway", upstreams, _itself)
    awaited = _ends_with(_of_services(gateway["depends_on"]), "api")
    yield Place(_COMPOSE, "list of what the gateway waits for", awaited, lambda s: [f"{s}-api"])


def _upstreams(container: Any) -> set[str]:
    prefix = "ACADEMY_UPSTREAM_"
    return {name.removeprefix(prefix).lower() for name in container["environment"] if name.startswith(prefix)}


def _of_what_is_added() -> Iterator[Place]:
    clients = [name for name in _read(_TLS)["services"] if not name.startswith("kafka")]
    yield Place(_TLS, "clients", clients, _roles)
    yield Place(_BACKUPS, "databases", _read(_BACKUPS)["services"], lambda s: [f"{s}-db"])
    yield Place(_BACKUPS, "volumes", _read(_BACKUPS)["volumes"], lambda s: [f"{s}-backups"])


def _of_what_watches() -> Iterator[Place]:
    reached = set(_read(_WATCHING)["services"]["prometheus"]["networks"]) - {"observability"}
    watched = (*SERVICES, PORTAL)
    yield Place(_WATCHING, "networks of prometheus", reached, _itself, watched)
    jobs = {job["job_name"]: job for job in _read(_SCRAPED)["scrape_configs"]}
    [scraped] = [found["names"] for found in jobs["services"]["dns_sd_configs"]]
    yield Place(_SCRAPED, "job `services`", scraped, _every_role, watched)
    missed = re.findall(r'absent\(up\{job="services", service="(.+?)", role="(.+?)"\}\)', (ROOT / _ALERTS).read_text())
    yield Place(_ALERTS, "alert RoleDown", map("-".join, missed), _every_role, watched)


def _of_the_storm() -> Iterator[Place]:
    yield Place(_CHAOS, "deployment FULL", deployment.FULL.services, _itself)
    consuming = [service for service in SERVICES if the_service(service).listens_to()]
    yield Place(_CHAOS, "SUBSCRIBERS", deployment.SUBSCRIBERS, _itself, consuming)


@pytest.mark.parametrize("place", _places(), ids=lambda place: f"{place.file}: {place.part}")
def test_a_file_that_names_the_services_names_each_and_no_other(place: Place) -> None:
    assert not (faults := list(place.faults())), "; ".join(faults)


def test_what_is_missing_is_told_with_file_and_service() -> None:
    place = Place("a.yml", "roles", ["talent-api", "former-api"], lambda s: [f"{s}-api"], ("talent", "mentoring"))
    assert list(place.faults()) == [
        "a.yml lacks the service mentoring: no `mentoring-api` in its roles",
        "a.yml names `former-api` in its roles, and no service under services/ bears that name",
    ]
