"""The whole platform on one machine: what the `academy` command starts, and what the tests run on."""

import asyncio
import os
import signal
from types import TracebackType
from typing import NoReturn, Self

from academy.local.layout import MAILBOX, PARTS, Plan
from academy.local.logs import keep_bounded
from academy.local.processes import start_time
from academy.local.readiness import answers
from academy.local.startup_plan import StartupPlan
from academy.local.state import Part, State
from academy.local.state_lock import StateLock
from academy.local.steps import take
from academy.local.supervisor import Reporter, Silent, Supervisor
from shared.messaging.cluster import Cluster
from shared.settings import KAFKA_ADMIN


class NotStarted(Exception):
    """The platform has no such part, or has not been started."""


class Platform:
    """Starts the parts of a plan in order of need, each when those before it are healthy.

    `async with Platform(plan)` starts and stops; `watch()` restarts what dies for as long as it is awaited.
    """

    def __init__(self, plan: Plan, reporter: Reporter | None = None) -> None:
        self._plan = plan
        self._reporter = reporter or Silent()
        self._state_lock = StateLock(plan.folder)
        self._state = State(clock=plan.clock)
        self._supervisor = Supervisor(plan.folder, self._state, self._reporter)
        self._startup_plan: StartupPlan | None = None

    async def start(self) -> None:
        """All up and healthy, or nothing left running and the reason raised."""
        self._plan.folder.create()
        await self._state_lock.enter()
        try:
            self._startup_plan = StartupPlan(self._plan, self._supervisor)
            self._note_ourselves(self._startup_plan)
            await take(list(self._startup_plan.steps()), self._reporter)
        except BaseException:
            await self.stop()
            raise
        self._write(ready=True)

    async def watch(self) -> None:
        """Restart what dies, with back-off, and keep the logs within bounds, until cancelled."""
        await asyncio.gather(self._supervisor.watch(), keep_bounded(self._plan.folder.folder("logs")))

    async def until_given_up(self) -> NoReturn:
        """PartFailed once a part cannot be started again because another process has its port."""
        await self._supervisor.until_given_up()

    async def stop(self) -> None:
        """Everything, in reverse order of need."""
        await self._supervisor.stop()
        self._state.parts.clear()
        self._write(ready=False)
        self._state_lock.leave()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def admin_database_url(self) -> str:
        """The embedded Postgres as its superuser."""
        if (postgres := self._started.postgres) is None:
            raise NotStarted("this platform has no Postgres of its own")
        return postgres.admin_url()

    @property
    def kafka_as_admin(self) -> Cluster:
        """The embedded Kafka as the user who may do everything."""
        return self._started.kafka_as(KAFKA_ADMIN)

    def kafka_as(self, user: str) -> Cluster:
        """The embedded Kafka as a service, as ops or as a subscriber."""
        return self._started.kafka_as(user)

    def environment(self, service: str) -> dict[str, str]:
        """What the service is told by its environment."""
        return self._started.processes.environment(service)

    def address(self, part: str) -> str:
        """Of a part or service: `host:port` of postgres, kafka and smtp, an http address of the others."""
        if part not in self._state.parts:
            raise NotStarted(f"{part} does not run; there are {', '.join(self._state.parts)}")
        return self._state.parts[part].address

    def pid(self, name: str) -> int:
        """The process that provides the part now."""
        return self._supervisor.pid(name)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a part a signal, as a crash would; `watch()` restarts it."""
        self._supervisor.kill(name, number)

    async def restart(self, name: str) -> None:
        """Stop a part in its own way and start it again on the same port; returns when a service is healthy."""
        await self._supervisor.restart(name)
        if name in self._plan.services:
            await answers(f"{self.address(name)}/readyz")

    @property
    def _started(self) -> StartupPlan:
        if self._startup_plan is None:
            raise NotStarted("the platform has not been started")
        return self._startup_plan

    def _note_ourselves(self, startup_plan: StartupPlan) -> None:
        """Our own pid, for `academy down`; and the parts that the environment supplies."""
        self._state.parts["supervisor"] = Part("", os.getpid(), start_time(os.getpid()), "embedded")
        for part in sorted(PARTS & self._plan.parts):
            if address := startup_plan.addresses.external(part):
                self._state.parts["smtp" if part == MAILBOX else part] = Part(address, None, None, "environment")
        self._write(ready=False)

    def _write(self, *, ready: bool) -> None:
        self._state.ready = ready
        self._plan.folder.write(self._state)
