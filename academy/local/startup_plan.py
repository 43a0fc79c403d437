"""The steps by which the parts of a plan come up, and what each of them needs."""

import asyncio
from collections.abc import Iterator
from functools import partial

from academy.local.addresses import Addresses
from academy.local.kafka import Kafka
from academy.local.kafka_guests import admit_guests
from academy.local.layout import GATEWAY, ISSUER, KAFKA, MAILBOX, POSTGRES, PROBLEMS, Plan
from academy.local.postgres import Postgres
from academy.local.processes import Command
from academy.local.readiness import answers
from academy.local.service_processes import ServiceProcesses
from academy.local.steps import Step
from academy.local.supervisor import Supervisor, Tier
from academy.local.traefik import Traefik
from academy.services import PORTAL
from shared.messaging.cluster import Cluster, Login

_FRONTDOOR = "frontdoor"
_PORTAL_SCHEMA = f"{PORTAL} schema"
_JARS = "kafka's jars (once)"


class StartupPlan:
    """Knows the wiring of one platform; the supervisor it is given runs the processes."""

    def __init__(self, plan: Plan, supervisor: Supervisor) -> None:
        self._plan = plan
        self._supervisor = supervisor
        self.addresses = addresses = Addresses(plan)
        self.postgres = (
            Postgres(plan.folder, addresses.port(POSTGRES), plan.durable) if POSTGRES in plan.parts else None
        )
        self.processes = ServiceProcesses(plan, addresses, self.postgres)

    def steps(self) -> Iterator[Step]:
        """Parts that need nothing of each other start together."""
        starts = self.addresses.starts
        if starts(POSTGRES):
            yield Step(POSTGRES, self._postgres)
        if starts(KAFKA):
            yield from self._kafka_steps()
        if starts(PROBLEMS) or starts(ISSUER):
            yield Step(_FRONTDOOR, self._frontdoor)
        if starts(MAILBOX):
            yield Step(MAILBOX, self._mailbox)
        if self._plan.services:
            yield from self._service_steps()
        if starts(PORTAL):
            yield Step(
                _PORTAL_SCHEMA, partial(self._supervisor.run_job, self.processes.portal_migration()), (POSTGRES,)
            )
            yield Step(PORTAL, self._portal, (_PORTAL_SCHEMA,))
        if starts(GATEWAY):
            yield Step(GATEWAY, self._gateway, (_FRONTDOOR, MAILBOX, PORTAL))

    def kafka_as(self, user: str) -> Cluster:
        """The embedded Kafka as one of its users."""
        login, certificate = Login(user, self._plan.folder.secret(f"kafka-{user}")), self.addresses.kafka_certificate()
        return Cluster(self.addresses.kafka, login, certificate and certificate.authority)

    def _service_steps(self) -> Iterator[Step]:
        """A migration also makes every topic the service writes or reads."""
        for service in self._plan.services:
            schema = f"{service} schema"
            migrate = partial(self._supervisor.run_job, self.processes.migration(service))
            yield Step(schema, migrate, (POSTGRES, KAFKA))
            for name, role in self.addresses.processes_of(service):
                start = partial(self._service, service, name, role)
                yield Step(name, start, (schema, _FRONTDOOR, MAILBOX))

    async def _postgres(self) -> None:
        postgres = self.postgres
        assert postgres is not None  # noqa: S101 the step exists only where it is ours
        await postgres.initialise(self._supervisor.run_job)
        self._supervisor.start(postgres.command(), {POSTGRES: postgres.address}, Tier.INFRASTRUCTURE)
        await self._supervisor.wait_until(POSTGRES, postgres.wait_until_ready())
        await postgres.create_databases(self.addresses.databases_here())

    def _kafka_steps(self) -> Iterator[Step]:
        nodes, folder, downloads = self.addresses.kafka_nodes(), self._plan.folder, self._plan.downloads_folder
        certificate = self.addresses.kafka_certificate()
        cluster = [Kafka(folder, downloads, node, nodes, certificate) for node in nodes]
        if cluster[0].needs_fetching:
            yield Step(_JARS, partial(cluster[0].fetch, self._supervisor.run_job))
        yield Step(KAFKA, partial(self._kafka, cluster), (_JARS,))

    async def _kafka(self, cluster: list[Kafka]) -> None:
        await asyncio.gather(*(kafka.initialise(self._supervisor.run_job) for kafka in cluster))
        for kafka in cluster:
            self._supervisor.start(kafka.command(), {kafka.node.name: kafka.node.address}, Tier.INFRASTRUCTURE)
        for kafka in cluster:
            await self._supervisor.wait_until(kafka.node.name, kafka.wait_until_ready())
        await admit_guests(cluster[0], self._plan.folder, self._plan.topic_prefix)

    async def _frontdoor(self) -> None:
        """Problems and issuer are one process on two ports."""
        served = {part: self.addresses.http(part) for part in (PROBLEMS, ISSUER) if self.addresses.starts(part)}
        environment = {f"ACADEMY_{part.upper()}_PORT": str(self.addresses.port(part)) for part in served}
        environment["ACADEMY_OIDC_ISSUER"] = self.addresses.issuer
        if self.addresses.starts(GATEWAY):
            environment["ACADEMY_PUBLIC_URL"] = self.addresses.gateway
        command = self.processes.part(_FRONTDOOR, "academy.local.frontdoor", environment)
        self._supervisor.start(command, served, Tier.INFRASTRUCTURE)
        for address in served.values():
            await self._supervisor.wait_until(_FRONTDOOR, answers(f"{address}/readyz"))

    async def _mailbox(self) -> None:
        ports = {"ACADEMY_MAILBOX_PORT": MAILBOX, "ACADEMY_SMTP_PORT": "smtp"}
        environment = {name: str(self.addresses.port(port)) for name, port in ports.items()}
        served = {MAILBOX: self.addresses.http(MAILBOX), "smtp": self.addresses.smtp}
        command = self.processes.part(MAILBOX, "academy.local.mailbox", environment)
        await self._start(MAILBOX, Tier.INFRASTRUCTURE, command, served, f"{served[MAILBOX]}/readyz")

    async def _service(self, service: str, name: str, role: str) -> None:
        address = self.addresses.http(name)
        command = self.processes.process(service, name, role)
        await self._start(name, Tier.SERVICES, command, {name: address}, f"{address}/readyz")

    async def _portal(self) -> None:
        address = self.addresses.http(PORTAL)
        await self._start(PORTAL, Tier.SERVICES, self.processes.portal(), {PORTAL: address}, f"{address}/readyz")

    async def _gateway(self) -> None:
        parts = filter(self.addresses.starts, (PORTAL, PROBLEMS, ISSUER, MAILBOX))
        upstreams = (*self._plan.services, *parts)
        command = Traefik(self._plan.folder, self.addresses, upstreams, self._plan.environment).command()
        served = {GATEWAY: self.addresses.gateway, "gateway-admin": self.addresses.http("gateway-admin")}
        await self._start(GATEWAY, Tier.EDGE, command, served, f"{self.addresses.gateway}/readyz")

    async def _start(self, name: str, tier: Tier, command: Command, served: dict[str, str], health: str) -> None:
        self._supervisor.start(command, served, tier)
        await self._supervisor.wait_until(name, answers(health))
