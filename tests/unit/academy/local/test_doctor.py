import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from academy.local.doctor import machine, packages
from academy.local.doctor.external import external, running
from academy.local.doctor.listeners import port
from academy.local.ports import LOOPBACK, any_free_port
from academy.local.state import Part, State


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_well() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        free: int = server.getsockname()[1]
    assert port("gateway", free, ours=set()).verdict == "ok"


def test_a_port_that_is_chosen_and_not_bound_yet_is_told_with_its_holder() -> None:
    check = port("gateway", any_free_port(), ours=set())
    assert check.verdict == "note"
    assert f"pid {os.getpid()}" in check.found


def test_a_taken_port_is_told_with_its_holder(taken_port: int) -> None:
    check = port("gateway", taken_port, ours=set())
    assert check.verdict == "note"
    assert f"pid {os.getpid()}" in check.found
    assert check.fix


def test_a_port_held_by_our_own_platform_is_well(taken_port: int) -> None:
    assert port("gateway", taken_port, ours={os.getpid()}).found == "ours"


def test_an_old_python_is_broken_with_a_fix() -> None:
    check = machine.python_version((3, 10, 14))
    assert check.verdict == "broken"
    assert "3.11" in check.fix


def test_a_full_disk_is_broken_and_little_memory_only_noted() -> None:
    assert machine.disk(10 * 1024**2).verdict == "broken"
    assert machine.memory(100 * 1024**2).verdict == "note"


def test_production_is_refused() -> None:
    assert machine.mode({"ACADEMY_ENV": "production"}).verdict == "broken"
    assert machine.mode({}).verdict == "ok"


def test_a_state_folder_that_does_not_exist_yet_is_judged_by_its_parent(tmp_path: Path) -> None:
    assert machine.writable(tmp_path / "new" / "deeper").verdict == "ok"


def test_a_missing_package_is_broken_with_the_command_that_installs_it() -> None:
    check = packages.wheel("no-such-package-of-ours")
    assert check.verdict == "broken"
    assert "requirements/local.txt" in check.fix


def test_a_program_that_does_not_run_is_broken() -> None:
    assert packages.program("Java", "/no/such/java", "-version").verdict == "broken"
    assert packages.program("Java", "false").verdict == "broken"


async def test_an_address_of_the_environment_that_answers_is_well(taken_port: int) -> None:
    (check,) = await external({"ACADEMY_KAFKA": f"{LOOPBACK}:{taken_port}"})
    assert check.verdict == "ok"


async def test_an_address_of_the_environment_that_is_silent_is_broken_with_a_fix() -> None:
    address = f"postgresql://talent:secret@{LOOPBACK}:{any_free_port()}/talent"
    (check,) = await external({"ACADEMY_TALENT_DATABASE": address})
    assert check.verdict == "broken"
    assert "secret" not in check.found + check.fix


async def test_a_platform_whose_part_is_gone_is_broken() -> None:
    gone = Part(f"{LOOPBACK}:{any_free_port()}", 2**22 - 1, datetime(2026, 1, 1, tzinfo=UTC), "embedded")
    check = await running(State({"kafka": gone}, ready=True))
    assert check.verdict == "broken"
    assert "kafka not running" in check.found


async def test_no_platform_is_well_too() -> None:
    assert (await running(State())).verdict == "ok"
