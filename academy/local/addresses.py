"""Where every part is found: on a port of this machine, or where the environment says."""

from collections.abc import Iterable

from academy.local.layout import GATEWAY, HOME, ISSUER, KAFKA, MAILBOX, POSTGRES, PREFERRED_PORTS, ROLES, Plan
from academy.local.ports import LOOPBACK, Ports


class Addresses:
    """The addresses of one platform; ports are chosen once, when it is made."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        environment = plan.environment
        preferred = dict(PREFERRED_PORTS)
        if chosen := environment.get("ACADEMY_GATEWAY_PORT"):
            preferred[GATEWAY] = int(chosen)
        ports = Ports(offset=int(environment.get("ACADEMY_PORT_OFFSET", "0")), ephemeral=plan.free_ports)
        self._ports = {name: ports.take(preferred[name]) for name in self._names()}

    def port(self, name: str) -> int:
        """The port chosen for that name."""
        return self._ports[name]

    def http(self, name: str) -> str:
        """The base address of what listens on that name's port."""
        return f"http://{LOOPBACK}:{self.port(name)}"

    @property
    def kafka(self) -> str:
        """`host:port` of the broker."""
        return self.elsewhere(KAFKA) or f"{LOOPBACK}:{self.port(KAFKA)}"

    @property
    def issuer(self) -> str:
        """The `iss` of every token."""
        return self.elsewhere(ISSUER) or self.http(ISSUER)

    @property
    def smtp(self) -> str:
        """`host:port` that takes mail."""
        return self.elsewhere(MAILBOX) or f"{LOOPBACK}:{self.port('smtp')}"

    @property
    def gateway(self) -> str:
        """The public address of everything."""
        return self.http(GATEWAY)

    def elsewhere(self, part: str) -> str | None:
        """The address by which the environment replaces an embedded part."""
        variable = {KAFKA: "ACADEMY_KAFKA", ISSUER: "ACADEMY_OIDC_ISSUER", MAILBOX: "ACADEMY_SMTP"}.get(part)
        return self._plan.environment.get(variable) or None if variable else None

    def database_elsewhere(self, service: str) -> str | None:
        """The database the environment names for a service."""
        return self._plan.environment.get(f"ACADEMY_{service.upper()}_DATABASE") or None

    def services_here(self) -> tuple[str, ...]:
        """The services whose database is ours to make."""
        return tuple(service for service in self._plan.services if not self.database_elsewhere(service))

    def starts(self, part: str) -> bool:
        """Asked for, and not replaced by the environment."""
        if part == POSTGRES and self._plan.services and not self.services_here():
            return False
        return part in self._plan.parts and self.elsewhere(part) is None

    def processes_of(self, service: str) -> Iterable[tuple[str, str]]:
        """Process name and role: one process for all roles, or one each; the api keeps the service's own port."""
        if not self._plan.split:
            return ((service, "all"),)
        return tuple((service if role == "api" else f"{service}-{role}", role) for role in ROLES)

    def _names(self) -> list[str]:
        """In order of importance: who comes first gets the documented port."""
        belongings = {
            GATEWAY: (GATEWAY, "gateway-admin"),
            ISSUER: (ISSUER,),
            MAILBOX: (MAILBOX, "smtp"),
            HOME: (HOME,),
            KAFKA: (KAFKA, "kafka-controller"),
            POSTGRES: (POSTGRES,),
        }
        ours = [name for part, names in belongings.items() if part in self._plan.parts for name in names]
        return [*ours, *(name for service in self._plan.services for name, _ in self.processes_of(service))]
