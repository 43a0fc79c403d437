"""How a service is run and what environment it is given."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from academy.local.addresses import Addresses
from academy.local.development import unless_told_otherwise
from academy.local.layout import KAFKA, ROOT, Plan
from academy.local.postgres import Postgres
from academy.local.processes import Command
from academy.services import PORTAL
from shared.settings import KAFKA_ADMIN

_POOL_SIZE = "20"
_MAIL_SECONDS = "10"
"""The mailbox answers at once; who waits for mails after a crash waits for four times as long."""


@dataclass(frozen=True, slots=True)
class ServiceProcesses:
    """Commands and environments of the services of one platform."""

    plan: Plan
    addresses: Addresses
    postgres: Postgres | None

    def environment(self, service: str) -> dict[str, str]:
        """Everything the service is told, on top of what the platform itself was told."""
        name = service.upper()
        ours = {
            "ACADEMY_ENV": "development",
            "ACADEMY_KAFKA": self.addresses.kafka,
            "ACADEMY_KAFKA_BROKERS": self.addresses.kafka_brokers,
            "ACADEMY_OIDC_ISSUER": self.addresses.issuer,
            "ACADEMY_OIDC_AUDIENCE": self.plan.environment.get("ACADEMY_OIDC_AUDIENCE", "academy"),
            "ACADEMY_CLOCK": self.plan.clock,
            "ACADEMY_TOPIC_PREFIX": self.plan.topic_prefix,
            "ACADEMY_SMTP": self.addresses.smtp,
            "ACADEMY_MAIL_SECONDS": self.plan.environment.get("ACADEMY_MAIL_SECONDS", _MAIL_SECONDS),
            "ACADEMY_PUBLIC_URL": self.addresses.gateway,
            "ACADEMY_LINK_KEYS": self.plan.environment.get("ACADEMY_LINK_KEYS") or self.plan.folder.secret("link_keys"),
            f"ACADEMY_{name}_DATABASE": self.database(service),
            **self._kafka_password(service),
            f"ACADEMY_{name}_HTTP_PORT": str(self.addresses.port(service)),
            f"ACADEMY_{name}_POOL_SIZE": self.plan.environment.get(f"ACADEMY_{name}_POOL_SIZE", _POOL_SIZE),
        }
        return {**self._base(), **ours}

    def portal(self) -> Command:
        """The process behind the gateway's root."""
        return self._command(PORTAL, PORTAL, "api", self._portal_environment())

    def portal_migration(self) -> Command:
        """Bring the portal's database to its schema."""
        return self._command(f"{PORTAL}-migrate", PORTAL, "migrate", self._portal_environment())

    def _portal_environment(self) -> dict[str, str]:
        """It reaches the services as people do, by the gateway."""
        ours = {
            "ACADEMY_ENV": "development",
            "ACADEMY_OIDC_ISSUER": self.addresses.issuer,
            "ACADEMY_OIDC_AUDIENCE": self.plan.environment.get("ACADEMY_OIDC_AUDIENCE", "academy"),
            "ACADEMY_PUBLIC_URL": self.addresses.gateway,
            "ACADEMY_PORTAL_DATABASE": self.database(PORTAL),
            "ACADEMY_PORTAL_HTTP_PORT": str(self.addresses.port(PORTAL)),
            "ACADEMY_PORTAL_REVIEW": str(self.plan.folder.path / "review.json"),
        }
        return {**self._base(), **ours}

    def database(self, service: str) -> str:
        """Its own database, here or where the environment says."""
        external = self.addresses.external_database(service)
        if external or self.postgres is None:
            return external or ""
        return self.postgres.url(service)

    def _kafka_password(self, service: str) -> dict[str, str]:
        """Of the Kafka that is ours; of another the environment tells it."""
        if self.addresses.external(KAFKA):
            return {}
        return {f"ACADEMY_{service.upper()}_KAFKA_PASSWORD": self.plan.folder.secret(f"kafka-{service}")}

    def migration(self, service: str) -> Command:
        """Bring the service's database to its schema, make its topics, let it into Kafka."""
        environment = self.environment(service)
        if not self.addresses.external(KAFKA):
            environment["ACADEMY_KAFKA_ADMIN_PASSWORD"] = self.plan.folder.secret(f"kafka-{KAFKA_ADMIN}")
        return self._command(f"{service}-migrate", service, "migrate", environment)

    def process(self, service: str, name: str, role: str) -> Command:
        """One process of the service, in that role."""
        port = {f"ACADEMY_{service.upper()}_HTTP_PORT": str(self.addresses.port(name))}
        return self._command(name, service, role, self.environment(service) | port)

    def part(self, name: str, module: str, environment: Mapping[str, str]) -> Command:
        """One of the platform's own processes."""
        told = self._base() | {"ACADEMY_STATE": str(self.plan.folder.path)} | dict(environment)
        return Command(name, (sys.executable, "-m", module), self.plan.folder.log(name), told, folder=ROOT)

    def _command(self, name: str, service: str, role: str, environment: Mapping[str, str]) -> Command:
        argv = (sys.executable, "-m", f"services.{service}", role)
        return Command(name, argv, self.plan.folder.log(name), environment, folder=ROOT)

    def _base(self) -> dict[str, str]:
        return {**unless_told_otherwise(self.plan.environment), "PYTHONUNBUFFERED": "1"}
