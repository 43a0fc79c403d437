"""What a replay costs is told part by part, no process counted twice."""

import os
import subprocess
import sys

from rich.console import Console

from academy.replay.cost import REPLAY, Use, cost_table, sample, spent


def test_parts_of_one_process_share_a_line_and_a_parent_part_leaves_its_children_out() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"]) as child:
        uses = sample({"smtp": child.pid, "mailbox": child.pid, "kafka": None})
        child.kill()
    assert set(uses) == {"smtp, mailbox", REPLAY}
    assert uses[REPLAY].pid == os.getpid()
    assert uses["smtp, mailbox"].resident_bytes > 0


def test_a_part_that_is_gone_costs_nothing_more() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as gone:
        gone.wait()
    assert set(sample({"talent": gone.pid})) == {REPLAY}


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
