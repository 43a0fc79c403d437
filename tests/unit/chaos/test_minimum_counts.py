"""A run counts only when it went through what it claims; and its plan comes out of the seed."""

from dataclasses import replace
from pathlib import Path

from tests.chaos import logs, schedule
from tests.chaos.deployment import BRIEF, FULL
from tests.chaos.dumps import Dumps, ServiceDump
from tests.chaos.minimum_counts import late_commits, minimum_counts
from tests.chaos.schedule import Fault
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
    counters = {minimum.what: 10_000 for minimum in minimum_counts(_Zeros(), plan, done, brief=False)}
    assert not missed(counters, plan, done, brief=False)
    assert missed(counters | {"late commits seen": 0}, plan, done, brief=False) == {"late commits seen"}
    assert missed(counters, plan, done | {"relay_killed": 0}, brief=False) == {"fault: relay_killed"}


def test_a_brief_run_needs_each_thing_once_and_no_rate_of_any() -> None:
    plan = schedule.plan(1, 30, BRIEF)
    done = {fault.kind: 1 for fault in plan}
    once = _Zeros({minimum.what: 1 for minimum in minimum_counts(_Zeros(), plan, done, brief=True)}) | {
        "parked and held keys": 3
    }
    assert not missed(once, plan, done, brief=True)
    for what in once:
        if not what.startswith("fault: "):
            assert missed(once | {what: 0}, plan, done, brief=True) == {what}
    for kind in done:
        assert missed(once, plan, done | {kind: 0}, brief=True) == {f"fault: {kind}"}


def test_the_long_form_needs_as_many_as_its_length_promises() -> None:
    plan = schedule.plan(1, 180, FULL)
    done = {fault.kind: sum(f.kind == fault.kind for f in plan) for fault in plan}
    once = {minimum.what: 3 for minimum in minimum_counts(_Zeros(), plan, done, brief=False)}
    assert {"commands accepted", "samples of offsets", "lane takeovers"} < missed(once, plan, done, brief=False)
    assert "fault: relay_killed" in missed(once, plan, done | {"relay_killed": 1}, brief=False)


def missed(counters: dict[str, int], plan: list[Fault], done: dict[str, int], *, brief: bool) -> set[str]:
    return {minimum.what for minimum in minimum_counts(counters, plan, done, brief=brief) if minimum.missed}


class _Zeros(dict[str, int]):
    def __missing__(self, _: str) -> int:
        return 0


def test_the_plan_is_the_seeds() -> None:
    assert schedule.plan(1, 180, FULL) == schedule.plan(1, 180, FULL)
    assert schedule.plan(1, 180, FULL) != schedule.plan(2, 180, FULL)


def test_every_kind_of_fault_is_planned_also_in_the_short_form() -> None:
    poisons = {f"poison_{name}" for name in schedule.POISONS}
    kinds = (
        {habit.kind for habit in schedule.HABITS} | poisons | {"write_held", "snapshot_held"} | schedule.TRIALS.keys()
    )
    full = {habit.kind for habit in schedule.FULL_HABITS} | schedule.FULL_TRIALS.keys()
    assert {fault.kind for fault in schedule.plan(3, 36, BRIEF)} == kinds
    assert {fault.kind for fault in schedule.plan(3, 36, FULL)} == kinds | full


def test_nobody_is_killed_while_frozen() -> None:
    for seed in range(50):
        plan = schedule.plan(seed, 180, FULL)
        for frozen in (f for f in plan if f.seconds and f.targets):
            during = [f for f in plan if f is not frozen and frozen.at <= f.at <= frozen.at + frozen.seconds]
            assert not any(set(frozen.targets) & set(f.targets) for f in during)


def test_no_dumps_no_late_commits() -> None:
    assert late_commits(Dumps()) == 0
