"""Starts children, restarts those that die, and leaves none behind."""

import asyncio
import signal
import time
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NoReturn, Protocol

from academy.local.ports import is_free
from academy.local.processes import Child, Command, PartFailed
from academy.local.readiness import until
from academy.local.state import Part, State, StateFolder

_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 10.0
_STEADY_SECONDS = 30.0
_WATCH_SECONDS = 0.1
_LOG_LINES_SHOWN = 12
_LOOKS_AT_A_TAKEN_PORT = 5
"""With the back-off between them eight seconds or more: whatever a killed process left behind is gone by then."""


class Tier(IntEnum):
    """Higher tiers lean on lower ones and are stopped before them."""

    INFRASTRUCTURE = 0
    SERVICES = 1
    EDGE = 2


class Reporter(Protocol):
    """Tells people what happens while it happens."""

    def step_started(self, step: str) -> None:
        """A step of the start begins."""
        ...

    def step_finished(self, step: str, seconds: float) -> None:
        """A step of the start is done."""
        ...

    def part_died(self, name: str, exit_code: int, delay: float) -> None:
        """A part ended by itself and is started again after the delay."""
        ...


class Silent:
    """Tells nobody; for tests."""

    def step_started(self, step: str) -> None:
        """A step of the start begins."""
        del step

    def step_finished(self, step: str, seconds: float) -> None:
        """A step of the start is done."""
        del step, seconds

    def part_died(self, name: str, exit_code: int, delay: float) -> None:
        """A part ended by itself and is started again after the delay."""
        del name, exit_code, delay


@dataclass(slots=True)
class _ManagedProcess:
    """A child under watch; `delay` and `restart_at` are its back-off, `barred` how often its port was not free."""

    command: Command
    serves: Mapping[str, str]
    tier: Tier
    child: Child
    delay: float = _FIRST_DELAY_SECONDS
    restart_at: float | None = None
    barred: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it has to listen."""
        ends = (address.rpartition(":")[2] for address in self.serves.values())
        return tuple(int(end) for end in ends if end.isdigit())

    async def holds_its_ports(self) -> bool:
        """Another's answer on our port is no sign of our health."""
        return all(self.child.listens_on(port) for port in self.ports)

    def back_off(self) -> None:
        """Wait twice as long the next time."""
        self.delay = min(self.delay * 2, _LONGEST_DELAY_SECONDS)


class Supervisor:
    """The running children of one platform, by name, mirrored in `state.json`."""

    def __init__(self, folder: StateFolder, state: State, reporter: Reporter) -> None:
        self._folder = folder
        self._state = state
        self._reporter = reporter
        self._managed: dict[str, _ManagedProcess] = {}
        self._given_up = asyncio.Event()
        self._why = ""

    def start(self, command: Command, serves: Mapping[str, str], tier: Tier) -> None:
        """Run it under watch; `serves` names the parts it provides, each with its address."""
        self._managed[command.name] = process = _ManagedProcess(command, serves, tier, Child(command))
        self._note(process)

    async def run_job(self, command: Command) -> None:
        """Run a command to its end; whatever stops us stops it."""
        child = Child(command)
        try:
            code = await child.ended()
        finally:
            await child.stop()
        if code:
            raise PartFailed(_what_the_log_says(command, code))

    async def wait_until(self, name: str, ready: Coroutine[Any, Any, None]) -> None:
        """Wait for its own health, or fail at once with the log's last lines when the child ends first."""
        process = self._managed[name]
        health, end = asyncio.ensure_future(_own(ready, process)), asyncio.ensure_future(process.child.ended())
        try:
            await asyncio.wait((health, end), return_when=asyncio.FIRST_COMPLETED)
            if not health.done():
                raise PartFailed(_what_the_log_says(process.command, end.result()))
            await health
        except TimeoutError as error:
            raise PartFailed(f"{name} did not become ready in time; see {process.command.log}") from error
        finally:
            health.cancel()
            end.cancel()

    def kill(self, name: str, number: signal.Signals) -> None:
        """What a crash test does to a part."""
        self._managed_process(name).child.signal(number)

    def pid(self, name: str) -> int:
        """The process that provides the part now."""
        return self._managed_process(name).child.pid

    async def restart(self, name: str) -> None:
        """Stop it in its own way and start it again, on the same port."""
        process = self._managed_process(name)
        await process.child.stop()
        self._start_again(process)

    async def watch(self) -> None:
        """Restart whatever dies, for as long as this is awaited; who lost the port to another is given up."""
        while True:
            for process in list(self._managed.values()):
                self._look_after(process)
            await asyncio.sleep(_WATCH_SECONDS)

    async def until_given_up(self) -> NoReturn:
        """PartFailed once `watch` has given up a part."""
        await self._given_up.wait()
        raise PartFailed(self._why)

    async def stop(self) -> None:
        """Tier by tier from the top; within a tier all at once."""
        tiers: dict[Tier, list[Child]] = defaultdict(list)
        for process in self._managed.values():
            tiers[process.tier].append(process.child)
        for tier in sorted(tiers, reverse=True):
            await asyncio.gather(*(child.stop() for child in tiers[tier]))
        self._managed.clear()

    def _managed_process(self, name: str) -> _ManagedProcess:
        """By the process's own name or by that of a part it provides."""
        return next(
            process for process in self._managed.values() if name == process.command.name or name in process.serves
        )

    def _look_after(self, process: _ManagedProcess) -> None:
        now, code = time.monotonic(), process.child.exit_code
        if code is None:
            if now - process.since > _STEADY_SECONDS:
                process.delay = _FIRST_DELAY_SECONDS
        elif process.restart_at is None:
            process.restart_at = now + process.delay
            self._reporter.part_died(process.command.name, code, process.delay)
        elif now >= process.restart_at:
            taken = [port for port in process.ports if not is_free(port)]
            self._start_again(process) if not taken else self._wait_for(taken[0], process)

    def _wait_for(self, port: int, process: _ManagedProcess) -> None:
        """What is left of our own goes soon; another who listens there does not, and ours would end at every start."""
        process.child.signal(signal.SIGKILL)
        process.barred += 1
        process.restart_at = time.monotonic() + process.delay
        process.back_off()
        if process.barred == _LOOKS_AT_A_TAKEN_PORT:
            self._why = f"{process.command.name} is given up: another process has taken its port {port}"
            self._given_up.set()

    def _start_again(self, process: _ManagedProcess) -> None:
        process.child.signal(signal.SIGKILL)
        process.child = Child(process.command)
        process.back_off()
        process.restart_at, process.barred = None, 0
        process.since = time.monotonic()
        self._note(process)

    def _note(self, process: _ManagedProcess) -> None:
        for name, address in process.serves.items():
            self._state.parts[name] = Part(address, process.child.pid, process.child.started_at, "embedded")
        self._folder.write(self._state)


async def _own(ready: Coroutine[Any, Any, None], process: _ManagedProcess) -> None:
    await ready
    await until(process.holds_its_ports)


def _what_the_log_says(command: Command, code: int) -> str:
    if command.log is None:
        return f"{command.name} ended with code {code}"
    lines = command.log.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
    return "\n".join((f"{command.name} ended with code {code}; {command.log} ends with:", *lines))
