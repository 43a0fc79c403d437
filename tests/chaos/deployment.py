"""What runs: three brokers, one Postgres, and several processes of each role that matters."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from academy.local.layout import ISSUER, KAFKA, POSTGRES, ROOT, Plan
from academy.local.state import StateFolder
from tests.support.certificates import self_signed

BROKERS = 3
MAIL_SECONDS = 10
"""What a mail may take: a slow server needs nearly all of it."""
MAILS_PER_HOUR = 1_000_000
"""All that happens to a person falls within one hour of the replay's time, and none of it is to wait."""

SUBSCRIBERS = ("talent", "notifications", "coaching")
"""The services that consume; a consumer group bears its service's name."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The processes of each role of each service.

    A `brief` one runs beside other work, on any machine: of its run only that is judged which must hold however slow
    everything is. Rates and delays are judged where a run has the machine to itself.
    """

    scale: Mapping[str, Mapping[str, int]]
    brief: bool = False

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(self.scale)

    @property
    def subscribers(self) -> tuple[str, ...]:
        """Those of them that consume."""
        return tuple(s for s in SUBSCRIBERS if self.scale.get(s, {}).get("consumer"))

    def processes(self, role: str, service: str | None = None) -> list[str]:
        return [
            _name(name, role, place)
            for name, roles in self.scale.items()
            if service in {None, name}
            for place in range(1, roles.get(role, 0) + 1)
        ]

    def service_processes(self) -> list[str]:
        """Names of all processes that are ours."""
        return [name for role in ("api", "consumer", "relay") for name in self.processes(role)]

    def brokers(self) -> list[str]:
        """Names of the brokers' processes."""
        return [KAFKA, *(f"{KAFKA}-{number}" for number in range(2, BROKERS + 1))]

    def plan(self, folder: Path, smtp: str) -> Plan:
        """On free ports, durable, in replay time, with the jars of the checkout's cache; mails go to `smtp`.

        Brokers have certificates in a full run and none in a brief one, so that both ways are stormed.
        """
        told: dict[str, Any] = {n: v for n, v in os.environ.items() if not n.startswith("ACADEMY_")}
        told |= {"ACADEMY_SMTP": smtp, "ACADEMY_MAIL_SECONDS": str(MAIL_SECONDS)}
        told |= {"ACADEMY_MAILS_PER_HOUR": str(MAILS_PER_HOUR)}
        told |= {} if self.brief else _certificates(folder)
        return Plan(
            StateFolder(folder),
            parts=frozenset({POSTGRES, KAFKA, ISSUER}),
            services=self.services,
            clock="replay",
            scale=self.scale,
            brokers=BROKERS,
            free_ports=True,
            downloads=ROOT / ".academy" / "downloads",
            environment=told,
        )


FULL = Deployment(
    {
        "enrolment": {"api": 2, "relay": 2, "consumer": 1},
        "talent": {"api": 1, "relay": 2, "consumer": 2},
        "notifications": {"api": 1, "relay": 1, "consumer": 1},
        "coaching": {"api": 1, "relay": 1, "consumer": 1},
    }
)
BRIEF = Deployment(
    {
        "enrolment": {"api": 1, "relay": 2},
        "talent": {"api": 1, "relay": 1, "consumer": 2},
    },
    brief=True,
)


def _certificates(folder: Path) -> dict[str, str]:
    broker, authority = self_signed(folder)
    return {"ACADEMY_KAFKA_CERTIFICATE": str(broker), "ACADEMY_KAFKA_AUTHORITY": str(authority)}


def _name(service: str, role: str, place: int) -> str:
    name = service if role == "api" else f"{service}-{role}"
    return name if place == 1 else f"{name}-{place}"
