"""What a replay costs is told part by part, no process counted twice."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from academy.local.state import Part, State, StateFolder
from academy.replay.cost import REPLAY, Use, cost_table, sample, spent


def a_part(pid: int | None) -> Part:
    return Part("127.0.0.1:1", pid, datetime.now(UTC), "embedded")


def test_parts_of_one_process_share_a_line_and_a_parent_part_leaves_its_children_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACADEMY_STATE", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"]) as child:
        parts = {"smtp": a_part(child.pid), "mailbox": a_part(child.pid), "kafka": a_part(None)}
        StateFolder(tmp_path).write(State(parts))
        uses = sample()
        child.kill()
    assert set(uses) == {"smtp, mailbox", REPLAY}
    assert uses[REPLAY].pid == os.getpid()
    assert uses["smtp, mailbox"].resident_bytes > 0


def test_a_part_that_is_gone_costs_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_STATE", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", "pass"]) as gone:
        gone.wait()
    StateFolder(tmp_path).write(State({"talent": a_part(gone.pid)}))
    assert set(sample()) == {REPLAY}


def test_a_part_restarted_on_the_way_counts_from_its_new_start() -> None:
    before = {"kafka": Use(1, 10.0, 0), "talent": Use(2, 5.0, 0)}
    after = {"kafka": Use(1, 14.0, 0), "talent": Use(7, 3.0, 0)}
    assert spent(before, after) == {"kafka": 4.0, "talent": 3.0}


def test_the_table_tells_milliseconds_an_enrolment() -> None:
    console = Console(record=True, width=100)
    console.print(cost_table({}, {"kafka": Use(1, 41.16, 300 * 1024 * 1024)}, 4116))
    told = console.export_text()
    assert "10.00" in told
    assert "300" in told
