"""What is particular to a service; how it is run is the same for all (`shared.runtime`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from shared.contracts.envelope import Contract
from shared.contracts.topics import TOPICS, Topic
from shared.messaging import grants, topics
from shared.messaging.contacts import Contacts
from shared.messaging.dead_letters import topic_of
from shared.messaging.grants import Grant
from shared.messaging.inbox import Handler
from shared.web import contacts, recovery, streams, undecodable
from shared.workers import Worker


@dataclass(frozen=True, slots=True)
class Service:
    """All that is particular to a service, as its `app.py` states it."""

    name: str
    title: str
    description: str
    routers: Sequence[APIRouter]
    announces: Sequence[type[Contract]]
    handlers: Sequence[Handler[Any]] = ()
    workers: Sequence[Worker] = ()
    contacts: Contacts | None = None
    settings: Callable[[], object] = field(default=lambda: None)
    provides: Mapping[type, object] = field(default_factory=dict[type, object])
    """By class, what routes of a capability ask for (`shared.web.app.provided`) and capabilities above it make up."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of each tag of its routes what it is for."""

    def listens_to(self) -> list[str]:
        """The topics its handlers read, by logical name."""
        return sorted({h.event.topic for h in self.handlers})

    def writes_to(self) -> list[str]:
        """The topics its relay serves: what it announces, and its dead letters."""
        return sorted({e.topic for e in self.announces}) + [topic_of(t, self.name) for t in self.listens_to()]

    def topics(self) -> list[Topic]:
        """The topics it needs on the cluster before it starts, whoever else needs them too."""
        needed = {e.topic for e in self.announces} | set(self.listens_to())
        return [t for t in TOPICS if t.name in needed] + list(topics.dead_letters(self.name, self.listens_to()))

    def grants(self) -> list[Grant]:
        """What it may do on Kafka."""
        return grants.of_service(self.name, writes=self.writes_to(), reads=self.listens_to())

    def operated_by(self) -> tuple[APIRouter, ...]:
        """What ops ask of it, besides its probes."""
        own = (contacts.router(self.contacts),) if self.contacts else ()
        return (recovery.router, undecodable.router, streams.router, *own)
