"""A service and its roles: `python -m services.<name> api|consumer|relay|all|migrate`."""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Literal, TypeAlias

from fastapi import FastAPI

from shared.clock import Clock, ReplayClock, SystemClock
from shared.messaging import undecodable
from shared.messaging.cluster import Cluster
from shared.messaging.consumer import Consumer
from shared.messaging.deferred import Deferred
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import GroupLag, reachable
from shared.messaging.relay import Relay
from shared.messaging.streams import Streams
from shared.observability import logs
from shared.observability.health import Health
from shared.postgres.database import CLOSE_SECONDS, Database, Transaction, answers
from shared.preflight import missing, prepare
from shared.service import Service
from shared.settings import Settings, SettingsMissing, load
from shared.web import idempotency
from shared.web.app import create_app
from shared.web.keys import IssuerKeys, published
from shared.web.operations import operations
from shared.web.rate import Budgets
from shared.web.server import REQUESTS_SECONDS, serve
from shared.web.tokens import Verifier
from shared.workers import Worker, WorkerContext, work

Role: TypeAlias = Literal["api", "consumer", "relay", "all"]
DRAIN_SECONDS, CUT_SECONDS = 14, 2
"""How long tasks get to finish, once requests have; then tasks that were cancelled for it."""

LONGEST_STOP = REQUESTS_SECONDS + DRAIN_SECONDS + CUT_SECONDS + CLOSE_SECONDS
"""Whoever stops a process has to wait this long, and a little for the interpreter's own end."""

FATAL = 70
"""Exit code when something unknown happened: the supervisor starts the process afresh."""


class Process:
    """One running role of a service: what it starts, and how it ends."""

    def __init__(self, service: Service, settings: Settings, role: Role) -> None:
        self._service = service
        self._settings = settings
        self._role = role
        self._stop = asyncio.Event()
        self._health = Health()
        self._behind = self._group_lag()
        self.app = self._create_app()

    def _create_app(self) -> FastAPI:
        service = self._service
        serves = self._role in {"api", "all"}
        app = create_app(
            name=service.name,
            title=service.title,
            description=service.description,
            tags=service.tags,
            routers=(
                *(service.routers if serves else ()),
                operations(service.name, self._role, self._health, self._behind.records),
                *(service.operated_by() if serves else ()),
            ),
            provides=service.provides,
        )
        app.router.lifespan_context = self._lifespan
        return app

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncGenerator[None]:
        """Open what the role needs, run its tasks, and drain them before everything closes."""
        async with AsyncExitStack() as stack:
            db = await self._database()
            stack.push_async_callback(db.close)
            stack.push_async_callback(self._behind.close)
            clock = ReplayClock(db) if self._settings.replaying else SystemClock()
            await clock.refresh()
            app.state.db, app.state.clock, app.state.replaying = db, clock, self._settings.replaying
            app.state.streams, app.state.settings = self._streams(), self._service.settings()
            app.state.verifier = self._verifier()
            platform = self._settings.platform
            app.state.budgets = Budgets(platform.caller_rate, platform.caller_burst)
            tasks = [asyncio.create_task(_or_die(run, self._stop)) for run in self._runs(db, clock)]
            stack.push_async_callback(self._drain, tasks)
            yield

    def _verifier(self) -> Verifier:
        platform = self._settings.platform
        return Verifier(
            platform.oidc_issuer, platform.oidc_audience, IssuerKeys(partial(published, platform.oidc_issuer))
        )

    def _streams(self) -> Streams:
        platform = self._settings.platform
        return Streams(self._settings.kafka, self._service.writes_to(), platform.topic_prefix)

    async def _database(self) -> Database:
        own = self._settings.own
        db = await Database.connect(
            own.database_url, application=f"{self._service.name}-{self._role}", size=own.pool_size
        )
        self._health.add("postgres", partial(answers, db))
        return db

    async def _drain(self, tasks: Sequence["asyncio.Task[None]"]) -> None:
        self._health.draining = True
        self._stop.set()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=CUT_SECONDS)

    def _runs(self, db: Database, clock: Clock) -> list[Any]:
        """The role's long-running tasks."""
        runs: list[Any] = []
        if self._role in {"consumer", "all"}:
            runs += self._consuming(db, clock)
        if self._role in {"relay", "all"}:
            runs.append(self._relaying(self._relay()))
        if runs:
            self._health.add("kafka", partial(_kafka_answers, self._settings.kafka))
        return runs

    def _consuming(self, db: Database, clock: Clock) -> list[Any]:
        service, platform = self._service, self._settings.platform
        context = WorkerContext(db, clock, service.settings())
        workers = [
            *service.workers,
            Worker("idempotency_keys", timedelta(hours=1), _forget_keys, pace="wall"),
            Worker("undecodable_records", timedelta(hours=1), _forget_undecodable, pace="wall"),
        ]
        runs: list[Any] = []
        if service.handlers:
            inbox = Inbox(service.name, service.handlers, db)
            deferred = Deferred(service.name, db, inbox.handle)
            workers.append(Worker("deferred_events", timedelta(seconds=1), lambda _: deferred.run_due(), pace="wall"))
            workers.append(Worker("deferred_heads", timedelta(minutes=5), lambda _: deferred.sweep(), pace="wall"))
            workers.append(Worker("deferred_figures", timedelta(seconds=15), lambda _: deferred.measure(), pace="wall"))
            count = partial(undecodable.measure, db, service.name)
            workers.append(Worker("undecodable_figures", timedelta(seconds=15), lambda _: count(), pace="wall"))
            consumer = Consumer(
                inbox,
                self._settings.kafka,
                topics=service.listens_to(),
                seen=clock.advance_to,
                prefix=platform.topic_prefix,
                fetch_wait_ms=platform.fetch_wait_ms,
            )
            self._heed("consumer", consumer)
            runs.append(consumer.run(self._stop))
        return runs + [work(worker, context, self._stop) for worker in workers]

    def _heed(self, name: str, part: Consumer | Relay) -> None:
        """Who has one part to play and may not is not ready; whoever serves people too goes on with that."""
        tell = self._health.add if self._role == name else self._health.remark
        tell(name, partial(_goes_on, part))

    def _relay(self) -> Relay:
        platform = self._settings.platform
        relay = Relay(
            self._settings.own.database_url,
            self._settings.kafka,
            source=self._settings.source,
            public_url=platform.public_url,
            topics=self._service.writes_to(),
            prefix=platform.topic_prefix,
        )
        self._heed("relay", relay)
        return relay

    async def _relaying(self, relay: Relay) -> None:
        running = asyncio.create_task(relay.run())
        await asyncio.wait((running, asyncio.create_task(self._stop.wait())), return_when=asyncio.FIRST_COMPLETED)
        relay.stop()
        await running

    def _group_lag(self) -> GroupLag:
        prefix = self._settings.platform.topic_prefix
        topics = [prefix + topic for topic in self._service.listens_to()]
        return GroupLag(self._settings.kafka, prefix + self._service.name, topics)


async def _or_die(run: Any, stop: asyncio.Event) -> None:
    """A task of the process: anything unknown ends the process, so that it starts afresh; so does what cancels it."""
    try:
        await run
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and stop.is_set():
            raise
        logs.get_logger().critical("process_ends", cause=logs.where(error))
        os._exit(FATAL)


async def _kafka_answers(cluster: Cluster) -> str | None:
    return None if await reachable(cluster) else "does not answer"


async def _goes_on(part: Consumer | Relay) -> str | None:
    if isinstance(part, Consumer) and part.deaf:
        return "reads nothing: Kafka does not answer it, or lets it in no more"
    return part.withheld and f"waits: its database is {part.withheld}; see `academy streams`"


async def _forget_keys(context: WorkerContext) -> int:
    await context.db.run(_forget)
    return 0


async def _forget_undecodable(context: WorkerContext) -> int:
    await context.db.run(undecodable.forget)
    return 0


async def _forget(tx: Transaction) -> None:
    await tx.execute(idempotency.SQL["forget"])


def main(service: Service) -> None:
    """Run the role named on the command line until SIGTERM; exit 0 ok, 1 cannot run, 2 usage."""
    parser = argparse.ArgumentParser(prog=f"services.{service.name}", description=service.description)
    parser.add_argument("role", choices=("api", "consumer", "relay", "all", "migrate"))
    role = parser.parse_args().role
    try:
        settings = load(service.name)
        service.settings()
    except SettingsMissing as lacking:
        sys.exit(f"{service.name} cannot start: the environment lacks\n{lacking}")
    logs.configure(service.name, role, style="json" if settings.platform.env == "production" else "console")
    if exceptions := settings.platform.exceptions:
        logs.get_logger().warning("insecure_by_choice", exceptions=exceptions)
    problem = (
        prepare(settings, service.topics(), service.grants())
        if role == "migrate"
        else asyncio.run(missing(settings, role))
    )
    if problem:
        sys.exit(problem)
    if role != "migrate":
        app = Process(service, settings, role).app
        serve(app, host=settings.host, port=settings.own.http_port, root_path=f"/{service.name}")
