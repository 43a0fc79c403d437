"""Who writes and who reads which topic, as the services themselves state it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from academy.services import SERVICES
from shared.contracts.topics import TOPICS, Topic
from shared.messaging.grants import Grant
from shared.messaging.topics import dead_letters

if TYPE_CHECKING:
    from shared.service import Service


@dataclass(frozen=True, slots=True)
class Reading:
    """A topic as one service reads it; `retention` is None where every event is kept."""

    topic: str
    owner: str
    reader: str
    retention: timedelta | None


def readings() -> list[Reading]:
    """Every topic with every service that listens to it, in the order the topics are declared."""
    listeners = {name: _service(name).listens_to() for name in SERVICES}
    return [
        Reading(topic.name, topic.name.split(".", 1)[0], reader, topic.retention)
        for topic in TOPICS
        for reader, heard in listeners.items()
        if topic.name in heard
    ]


def reading(service: str, topic: str) -> Reading | None:
    """How the service reads the topic; None when it does not."""
    return next((r for r in readings() if (r.reader, r.topic) == (service, topic)), None)


def topics_of(readings_: Sequence[Reading], reader: str) -> list[str]:
    """The topics one service listens to."""
    return [r.topic for r in readings_ if r.reader == reader]


def dead_letter_topics() -> list[Topic]:
    """Where each service's dead letters go."""
    return [letters for name in SERVICES for letters in dead_letters(name, _service(name).listens_to())]


def grants_of_services() -> list[Grant]:
    """What each service may do on Kafka."""
    return [grant for name in SERVICES for grant in _service(name).grants()]


def _service(name: str) -> "Service":
    return import_module(f"services.{name}.app").service
