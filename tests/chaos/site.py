"""The running platform as the run sees it: its processes, its databases, its brokers."""

from collections.abc import Mapping
from dataclasses import dataclass

from academy.local.platform import Platform
from shared.messaging.cluster import Cluster
from tests.chaos.deployment import Deployment
from tests.chaos.mail_server import MailServer
from tests.support.databases import in_database


@dataclass(frozen=True, slots=True)
class Site:
    """`databases` are addresses as the superuser, by service."""

    platform: Platform
    deployment: Deployment
    databases: Mapping[str, str]
    kafka: Cluster
    mail_server: MailServer

    @classmethod
    def of(cls, platform: Platform, deployment: Deployment, mail_server: MailServer) -> "Site":
        """Of a platform that has been started."""
        admin, services = platform.admin_database_url, deployment.services
        databases = {service: in_database(admin, service) for service in services}
        return cls(platform, deployment, databases, platform.kafka_as_admin, mail_server)

    def apis(self) -> dict[str, list[str]]:
        """The addresses of every service's api processes."""
        apis = {service: self.deployment.processes("api", service) for service in self.deployment.services}
        return {service: [self.platform.address(name) for name in names] for service, names in apis.items() if names}
