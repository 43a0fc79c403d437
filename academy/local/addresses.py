"""Where every part is found: on a port of this machine, or where the environment says."""

from collections.abc import Iterable
from pathlib import Path

from academy.local.kafka import Certificate, Node
from academy.local.layout import GATEWAY, ISSUER, KAFKA, MAILBOX, POSTGRES, PREFERRED_PORTS, PROBLEMS, ROLES, Plan
from academy.local.ports import LOOPBACK, Ports
from academy.services import PORTAL
from shared.settings import KAFKA_BROKERS

_FIRST_UNDOCUMENTED = 8201
"""Where the ports begin of processes that only a scaled platform has."""


class Addresses:
    """The addresses of one platform; ports are chosen once, when it is made, and held."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        environment = plan.environment
        preferred = dict(PREFERRED_PORTS)
        if chosen := environment.get("ACADEMY_GATEWAY_PORT"):
            preferred[GATEWAY] = int(chosen)
        self._held = Ports(offset=int(environment.get("ACADEMY_PORT_OFFSET", "0")), ephemeral=plan.free_ports)
        self._ports = {name: self._held.take(preferred.get(name, _FIRST_UNDOCUMENTED)) for name in self._names()}

    def port(self, name: str) -> int:
        """The port chosen for that name."""
        return self._ports[name]

    def http(self, name: str) -> str:
        """The base address of what listens on that name's port."""
        return f"http://{LOOPBACK}:{self.port(name)}"

    @property
    def kafka(self) -> str:
        """`host:port` of the broker; of several, each, between commas."""
        return self.external(KAFKA) or ",".join(node.address for node in self.kafka_nodes())

    @property
    def kafka_brokers(self) -> str:
        """How many brokers the cluster is declared to have."""
        if self.external(KAFKA):
            return self._plan.environment.get("ACADEMY_KAFKA_BROKERS") or str(KAFKA_BROKERS)
        return str(self._plan.brokers)

    def kafka_certificate(self) -> Certificate | None:
        """Of the embedded brokers, where the environment names one and who signs it: then they are reached by TLS."""
        file, authority = (self._plan.environment.get(f"ACADEMY_KAFKA_{name}") for name in ("CERTIFICATE", "AUTHORITY"))
        return Certificate(Path(file), Path(authority)) if file and authority else None

    @property
    def issuer(self) -> str:
        """The `iss` of every token."""
        return self.external(ISSUER) or self.http(ISSUER)

    @property
    def smtp(self) -> str:
        """`host:port` that takes mail."""
        return self.external(MAILBOX) or f"{LOOPBACK}:{self.port('smtp')}"

    @property
    def gateway(self) -> str:
        """The public address of everything."""
        return self.http(GATEWAY)

    def kafka_nodes(self) -> tuple[Node, ...]:
        """The brokers of the embedded cluster."""
        numbers = range(1, self._plan.brokers + 1)
        return tuple(
            Node(number, self.port(_broker(number)), self.port(f"{_broker(number)}-controller")) for number in numbers
        )

    def external(self, part: str) -> str | None:
        """The address by which the environment replaces an embedded part."""
        variable = {KAFKA: "ACADEMY_KAFKA", ISSUER: "ACADEMY_OIDC_ISSUER", MAILBOX: "ACADEMY_SMTP"}.get(part)
        return self._plan.environment.get(variable) or None if variable else None

    def external_database(self, service: str) -> str | None:
        """The database the environment names for a service."""
        return self._plan.environment.get(f"ACADEMY_{service.upper()}_DATABASE") or None

    def databases_here(self) -> tuple[str, ...]:
        """Whose database is ours to make."""
        owners = (*self._plan.services, PORTAL) if PORTAL in self._plan.parts else self._plan.services
        return tuple(owner for owner in owners if not self.external_database(owner))

    def starts(self, part: str) -> bool:
        """Asked for, and not replaced by the environment."""
        if part == POSTGRES and self._plan.services and not self.databases_here():
            return False
        return part in self._plan.parts and self.external(part) is None

    def processes_of(self, service: str) -> Iterable[tuple[str, str]]:
        """Process name and role: one process for all roles, one each, or as many as the scale says.

        The (first) api keeps the service's own port.
        """
        if scale := self._plan.scale.get(service):
            return tuple(
                (_process(service, role, place), role) for role in ROLES for place in range(1, scale.get(role, 0) + 1)
            )
        if not self._plan.split:
            return ((service, "all"),)
        return tuple((_process(service, role, 1), role) for role in ROLES)

    def _names(self) -> list[str]:
        """In order of importance: who comes first gets the documented port.

        Letters name the gateway, and a service its api, also where neither is started.
        """
        belongings = {
            GATEWAY: (GATEWAY, "gateway-admin"),
            ISSUER: (ISSUER,),
            MAILBOX: (MAILBOX, "smtp"),
            PROBLEMS: (PROBLEMS,),
            PORTAL: (PORTAL,),
            KAFKA: self._broker_names(),
            POSTGRES: (POSTGRES,),
        }
        ours = [name for part, names in belongings.items() if part in self._plan.parts for name in names]
        processes = [name for service in self._plan.services for name, _ in self.processes_of(service)]
        named = (GATEWAY, *self._plan.services) if self._plan.services else ()
        return list(dict.fromkeys([*ours, *named, *processes]))

    def _broker_names(self) -> tuple[str, ...]:
        brokers = [_broker(number) for number in range(1, self._plan.brokers + 1)]
        return tuple(name for broker in brokers for name in (broker, f"{broker}-controller"))


def _broker(number: int) -> str:
    return KAFKA if number == 1 else f"{KAFKA}-{number}"


def _process(service: str, role: str, place: int) -> str:
    name = service if role == "api" else f"{service}-{role}"
    return name if place == 1 else f"{name}-{place}"
