"""The parts by name, the ports they prefer, and what to start of them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from academy.local.state import Clock, State, StateFolder
from academy.services import PORTAL, SERVICES

ROOT = Path(__file__).resolve().parents[2]

ROLES = ("api", "consumer", "relay")

POSTGRES, KAFKA, ISSUER, MAILBOX, PROBLEMS, GATEWAY = "postgres", "kafka", "issuer", "mailbox", "problems", "gateway"
PARTS = frozenset({POSTGRES, KAFKA, ISSUER, MAILBOX, PROBLEMS, PORTAL, GATEWAY})

PREFERRED_PORTS: Mapping[str, int] = {
    GATEWAY: 8080,
    ISSUER: 8081,
    "gateway-admin": 8082,
    PROBLEMS: 8083,
    PORTAL: 8084,
    MAILBOX: 8025,
    "smtp": 1025,
    KAFKA: 9092,
    "kafka-controller": 9093,
    POSTGRES: 5433,
    **{service: 8101 + place for place, service in enumerate(SERVICES)},
    **{f"{service}-consumer": 8111 + place for place, service in enumerate(SERVICES)},
    **{f"{service}-relay": 8121 + place for place, service in enumerate(SERVICES)},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start and how; `environment` may replace embedded parts by addresses elsewhere.

    `scale` names services that run as several processes, and how many there are of each role.
    """

    folder: StateFolder
    parts: frozenset[str] = PARTS
    services: tuple[str, ...] = SERVICES
    clock: Clock = "system"
    split: bool = False
    scale: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    brokers: int = 1
    durable: bool = True
    free_ports: bool = False
    topic_prefix: str = ""
    downloads: Path | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def downloads_folder(self) -> Path:
        """Where fetched jars are kept; a reset leaves it alone."""
        return self.downloads or self.folder.folder("downloads")


class YearAlreadyReplayed(Exception):
    """A folder that holds a replayed year lives in the replay's time until it is reset."""


def clock_for(state: State, asked: Clock | None) -> Clock:
    """The clock asked for, else the one this folder has lived by."""
    if state.clock == "replay" and asked == "system":
        raise YearAlreadyReplayed(
            "this state folder replays a year: `academy clock set now` ends that and goes on in real time,"
            " `academy reset --yes` deletes it"
        )
    return asked or state.clock or "system"
