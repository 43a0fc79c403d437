"""One service under test: its real app on a real database, without Kafka; events are read from its outbox."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from shared.clock import ReplayClock
from shared.contracts.catalogue import BY_TYPE
from shared.contracts.envelope import Contract, Envelope, source_of
from shared.contracts.topics import owner
from shared.ids import new_id
from shared.messaging.cluster import Cluster
from shared.messaging.inbox import Inbox
from shared.messaging.streams import Streams
from shared.messaging.wire import Event
from shared.observability.health import Health
from shared.postgres.database import Database, Transaction
from shared.service import Service
from shared.settings import CALLER_BURST, CALLER_RATE
from shared.web.app import create_app
from shared.web.operations import operations
from shared.web.rate import Budgets
from shared.workers import WorkerContext
from tests.support.tokens import KnownKeys, Signer


@dataclass(slots=True)
class ServiceUnderTest:
    """Speak to it as a caller (`as_`), as Kafka (`receive`), as time (`work`); read what it announced (`announced`)."""

    service: Service
    db: Database
    app: FastAPI
    signer: Signer
    clock: ReplayClock
    inbox: Inbox
    _versions: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def as_(
        self,
        *roles: str,
        person_id: UUID | None = None,
        systems: Sequence[str] = (),
        at: datetime | None = None,
        organisation: str | None = None,
    ) -> "Client":
        """A client that calls with these roles; `at` is sent as Academy-Time (adds the role replay)."""
        held = (*roles, "replay") if at and "replay" not in roles else roles
        token = self.signer.token(*held, person_id=person_id, systems=systems, organisation=organisation)
        headers = {"Authorization": f"Bearer {token}"} | ({"Academy-Time": at.isoformat()} if at else {})
        return Client(transport=httpx.ASGITransport(app=self.app), base_url="http://service.test", headers=headers)

    async def announced(self, event: type[Contract] | None = None) -> list[Any]:
        """The payloads in the outbox, oldest first, of one event class or of all."""
        assert event is None or event.event_type() in BY_TYPE, f"PUBLISHED lacks {event.__name__}"
        rows = await self.db.read(_outbox)
        payloads = [BY_TYPE[r["type"]].model_validate_json(r["payload"]) for r in rows if r["type"] in BY_TYPE]
        return [p for p in payloads if event is None or type(p) is event]

    def envelope(self, event: Contract, *, at: datetime | None = None, sequence: int | None = None) -> Event:
        """The event as Kafka would deliver it, at the next version of its key unless told otherwise."""
        key = (event.topic, event.key())
        version = sequence or self._versions.get(key, 0) + 1
        self._versions[key] = max(version, self._versions.get(key, 0))
        envelope = Envelope(
            id=new_id(),
            source=source_of(owner(event.topic), "development"),
            type=event.event_type(),
            time=at or event.effective_at,
            topic=event.topic,
            key=event.key(),
            sequence=version,
            correlation_id=str(uuid4()),
            causation_id=None,
            traceparent=None,
        )
        return Event(envelope, event.model_dump_json().encode())

    async def receive(self, *events: Contract | Event, at: datetime | None = None) -> list[Event]:
        """Deliver the events in one batch through the real inbox; returns them as delivered, to deliver again."""
        batch = [e if isinstance(e, Event) else self.envelope(e, at=at) for e in events]
        await self.inbox.apply(batch)
        return batch

    async def work(self, name: str, *, at: datetime | None = None, settings: Any = None) -> int:
        """One round of the named worker, at the given moment."""
        if at is not None:
            await self.clock.advance_to(at)
        worker = next(w for w in self.service.workers if w.name == name)
        return await worker.run(WorkerContext(self.db, self.clock, settings or self.service.settings()))


class Client(httpx.AsyncClient):
    """httpx, with a fresh Idempotency-Key on every POST that brings none."""

    async def post(self, url: Any, *, headers: Any = None, **kwargs: Any) -> httpx.Response:
        """POST with an Idempotency-Key."""
        return await super().post(url, headers={"Idempotency-Key": str(uuid4())} | dict(headers or {}), **kwargs)


@asynccontextmanager
async def serving(service: Service, db: Database, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    """The service's app on `db`, in replay mode, so that tests say what time it is."""
    app = create_app(
        name=service.name,
        title=service.title,
        description=service.description,
        tags=service.tags,
        routers=(
            *service.routers,
            operations(service.name, "api", Health(), _no_lag),
            *service.operated_by(),
        ),
        provides=service.provides,
    )
    clock = ReplayClock(db)
    app.state.db, app.state.clock, app.state.replaying = db, clock, True
    app.state.verifier = KnownKeys(signer.key)
    app.state.budgets = Budgets(CALLER_RATE, CALLER_BURST)
    app.state.settings = service.settings()
    app.state.streams = Streams(Cluster(""), service.writes_to())
    yield ServiceUnderTest(service, db, app, signer, clock, Inbox(service.name, service.handlers, db))


async def _no_lag() -> int | None:
    return None


async def _outbox(tx: Transaction) -> list[Any]:
    return await tx.fetch("select type, payload from outbox order by seq")


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem answer."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, json.loads(answer.text)["code"]
