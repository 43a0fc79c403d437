"""A fault takes effect because it was planned, however long the machine needs to have something for it to hit."""

import asyncio
import random
import signal
from datetime import datetime
from typing import Any, cast

import pytest

from shared.messaging.cluster import Cluster
from tests.chaos import faults, targeted_faults
from tests.chaos.faults import Faults
from tests.chaos.mail_server import MailServer
from tests.chaos.schedule import Fault
from tests.chaos.site import Site
from tests.chaos.trials import Trials
from tests.chaos.writers import Writer
from tests.unit.chaos.afterwards import NOON


class Platform:
    """Its processes by name, and what was done to whom; whoever is killed is down until started."""

    def __init__(self, *names: str) -> None:
        self.pids = {name: number for number, name in enumerate(names, start=1)}
        self.up = set(self.pids.values())
        self.done: list[tuple[str, signal.Signals]] = []

    def pid(self, name: str) -> int:
        return self.pids[name]

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        self.done.append((name, number))
        if number == signal.SIGKILL:
            self.up.discard(self.pids[name])

    def start(self, name: str) -> None:
        self.pids[name] += 100
        self.up.add(self.pids[name])


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    running = Platform("relay", "kafka", "kafka-2")

    def start_time(pid: int) -> datetime | None:
        return NOON if pid in running.up else None

    def is_same_process(pid: int, _: datetime) -> bool:
        return pid in running.up

    monkeypatch.setattr(faults, "start_time", start_time)
    monkeypatch.setattr(faults, "is_same_process", is_same_process)
    return running


def doing(platform: Platform) -> Faults:
    site = Site(cast("Any", platform), cast("Any", None), {"enrolment": "", "talent": ""}, Cluster(""), MailServer())
    return Faults(site, cast("Writer", None), cast("Trials", cast("Any", _Unsent())), random.Random(1))


class _Unsent:
    """Nothing is sent in these tests."""

    def __getattr__(self, name: str) -> "_Unsent":
        return self

    async def __call__(self) -> None:
        pass


async def test_what_is_down_is_killed_when_it_is_back(platform: Platform) -> None:
    platform.kill("relay")
    acting = doing(platform)
    killing = asyncio.create_task(acting.run([Fault(0, "relay_killed", ("relay",))]))
    await asyncio.sleep(0.2)
    assert not acting.done
    platform.start("relay")
    await killing
    assert acting.done == {"relay_killed": 1}
    assert platform.done == [("relay", signal.SIGKILL)] * 2


async def test_two_brokers_are_killed_when_both_run(platform: Platform) -> None:
    platform.kill("kafka-2")
    acting = doing(platform)
    killing = asyncio.create_task(acting.run([Fault(0, "two_brokers_killed", ("kafka", "kafka-2"))]))
    await asyncio.sleep(0.2)
    assert [name for name, _ in platform.done] == ["kafka-2"]
    platform.start("kafka-2")
    await killing
    assert [name for name, _ in platform.done] == ["kafka-2", "kafka", "kafka-2"]


async def test_what_is_frozen_is_killed_only_when_it_has_been_woken(platform: Platform) -> None:
    acting = doing(platform)
    await acting.run([Fault(0, "relay_frozen", ("relay",), 0.3), Fault(0.1, "relay_killed", ("relay",))])
    assert platform.done == [("relay", number) for number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGKILL)]
    assert acting.done == {"relay_frozen": 1, "relay_killed": 1}


async def test_brokers_come_to_harm_only_after_what_needs_them_well(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hold(*_: object) -> bool:
        await asyncio.sleep(0.3)
        assert not platform.done
        return True

    monkeypatch.setattr(targeted_faults, "hold_handler", hold)
    acting = doing(platform)
    await acting.run([Fault(0, "handler_held"), Fault(0.1, "broker_killed", ("kafka",))])
    assert acting.done == {"handler_held": 1, "broker_killed": 1}


async def test_a_targeted_fault_that_another_ended_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = iter([False, ConnectionResetError(), TimeoutError(), True])

    async def lay(*_: object) -> bool:
        end = next(ends)
        if isinstance(end, Exception):
            raise end
        return end

    monkeypatch.setattr(targeted_faults, "PAUSE", 0.0)
    monkeypatch.setattr(targeted_faults, "_hold_handler", lay)
    assert await targeted_faults.hold_handler("", Cluster(""), "", "")
