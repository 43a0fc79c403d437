"""A run counts only when it went through what it claims; and its plan comes out of the seed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.chaos import logs, schedule
from tests.chaos.deployment import BRIEF, FULL
from tests.chaos.dumps import Dumps, ServiceDump
from tests.chaos.floors import Floor, floors, late_commits
from tests.chaos.invariants import Finding
from tests.chaos.report import Report
from tests.unit.chaos.afterwards import seen, well, with_seen, written

SAID = """
2021-03-01T12:00:00Z [info     ] lanes_taken                    lanes=[0, 1] owned=2 role=relay service=enrolment
2021-03-01T12:00:02Z [warning  ] producer_replaced              role=relay service=enrolment
no line of ours
"""
SAID_LATER = """
2021-03-01T12:00:01Z [info     ] lanes_taken                    lanes=[1, 2] owned=2 role=relay service=enrolment
"""


def test_an_event_first_seen_after_one_with_a_later_number_was_committed_late() -> None:
    rows = [written(1, seq=5), written(2, seq=6), written(3, seq=2)]
    enrolment = ServiceDump("enrolment", written=rows)
    assert late_commits(replace(well(), services=[enrolment, well().of("talent")])) == 1
    assert late_commits(well()) == 0


def test_a_repeated_record_is_no_late_commit() -> None:
    assert late_commits(with_seen(seen(1), seen(2), seen(1, offset=2))) == 0


def test_a_lane_that_comes_to_another_relay_is_a_takeover(tmp_path: Path) -> None:
    (tmp_path / "enrolment-relay.log").write_text(SAID)
    (tmp_path / "enrolment-relay-2.log").write_text(SAID_LATER)
    said = logs.read(tmp_path, ["enrolment-relay", "enrolment-relay-2", "never-started"])
    assert [line.event for line in said] == ["lanes_taken", "lanes_taken", "producer_replaced"]
    assert logs.takeovers(said) == 1


def test_too_little_of_anything_voids_a_run_and_a_violation_outweighs_that() -> None:
    plan = schedule.plan(1, 180, FULL)
    done = {fault.kind: 99 for fault in plan}
    counters = {floor.what: 10_000 for floor in floors(_Zeros(), plan, done)}
    assert not any(floor.missed for floor in floors(counters, plan, done))
    assert {f.what for f in floors(counters | {"late commits seen": 0}, plan, done) if f.missed} == {
        "late commits seen"
    }
    assert any(floor.missed for floor in floors(counters, plan, done | {"relay_killed": 0}))


class _Zeros(dict[str, int]):
    def __missing__(self, _: str) -> int:
        return 0


def test_the_exit_code_tells_held_from_violated_from_void() -> None:
    from_void = a_report(floors=[Floor("takeovers", 0, 1)])
    assert (a_report().exit_code, from_void.exit_code) == (0, 2)
    violated = [_finding(["lost"])]
    assert a_report(findings=violated, floors=from_void.floors).exit_code == 1


def _finding(violations: list[str]) -> Finding:
    return Finding(1, "promise", 1, violations)


def a_report(findings: list[Finding] | None = None, floors: Sequence[Floor] = ()) -> Report:
    return Report(1, 60, findings or [_finding([])], floors, {}, {}, {}, {})


def test_the_plan_is_the_seeds() -> None:
    assert schedule.plan(1, 180, FULL) == schedule.plan(1, 180, FULL)
    assert schedule.plan(1, 180, FULL) != schedule.plan(2, 180, FULL)


def test_every_kind_of_fault_is_planned_also_in_the_short_form() -> None:
    kinds = {habit.kind for habit in schedule.HABITS} | {f"poison_{name}" for name in schedule.POISONS} | {"write_held"}
    assert {fault.kind for fault in schedule.plan(3, 36, BRIEF)} == kinds


def test_nobody_is_killed_while_frozen() -> None:
    for seed in range(50):
        plan = schedule.plan(seed, 180, FULL)
        for frozen in (f for f in plan if f.seconds and f.targets):
            during = [f for f in plan if f is not frozen and frozen.at <= f.at <= frozen.at + frozen.seconds]
            assert not any(set(frozen.targets) & set(f.targets) for f in during)


def test_no_dumps_no_late_commits() -> None:
    assert late_commits(Dumps()) == 0
