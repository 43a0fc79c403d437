"""The calls respect the service's rules in every order they may arrive in, and are the same in every replay."""

import hashlib
import json
import re
from dataclasses import asdict
from itertools import pairwise

import pytest

from academy.replay.plan.script import script
from academy.replay.plan.steps import YEAR_END, Step
from academy.replay.plan.year import YEAR_CLOSED, Year, reach_2020_21
from tests.unit.replay.first_come import lived

PRINT = "fbc3a7a4ee18"


def fingerprint(steps: list[Step]) -> str:
    """Of what is sent and when; not of how the answer is read."""
    sent = [{name: told for name, told in asdict(step).items() if name != "rows"} for step in steps]
    document = json.dumps(sent, default=str, sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_order_within_a_moment_the_same_people_hold_the_places(
    year: Year, steps: list[Step], seed: int
) -> None:
    academy = lived(steps, seed)
    started = {key.removeprefix("cohort "): room.at_start for key, room in academy.rooms.items() if room.at_start}
    planned = {key: {str(year.people[n].person_id) for n in numbers} for key, numbers in year.holders.items()}
    assert started == planned
    assert sum(len(holders) for holders in started.values()) == 4116


def test_the_same_year_comes_out_every_time(steps: list[Step]) -> None:
    assert fingerprint(script(reach_2020_21())) == fingerprint(steps)


def test_the_year_is_the_one_agreed(steps: list[Step]) -> None:
    """A change of the plan is a decision: ids and keys of platforms already replayed depend on it."""
    assert fingerprint(steps)[:12] == PRINT


def test_steps_come_in_the_order_of_their_moments(steps: list[Step]) -> None:
    assert all(earlier.moment <= later.moment for earlier, later in pairwise(steps))
    assert all(step.moment <= YEAR_CLOSED for step in steps)


def test_every_step_has_its_own_idempotency_key(steps: list[Step]) -> None:
    assert len({step.idempotency_key for step in steps}) == len(steps)


def test_a_step_names_only_answers_of_earlier_moments_or_of_its_own_lane(steps: list[Step]) -> None:
    kept = {step.key: step for step in steps if step.keep}
    for step in steps:
        for name in re.findall(r"\{([^}]+)\}", step.path):
            earlier = kept[name]
            assert earlier.moment < step.moment or (earlier.lane == step.lane is not None)


def test_an_invitation_is_looked_for_by_who_was_invited_for_nobody_else_can_see_it(steps: list[Step]) -> None:
    looks = [step for step in steps if step.until]
    assert looks
    assert [step.key for step in looks if str(step.on_behalf) not in step.path] == []


def test_published_figures_are_the_very_last_step(steps: list[Step]) -> None:
    assert steps[-1].key == "reach snapshot"
    assert [step.lane for step in steps[-2:]] == [YEAR_END, YEAR_END]


def test_a_recording_is_watched_only_after_it_was_put_up(steps: list[Step]) -> None:
    up = {step.path: step.moment for step in steps if step.path.endswith("/recording")}
    watched = [step for step in steps if step.key.startswith("recording of ")]
    assert watched
    assert all(up[step.path.replace("/register", "/recording")] < step.moment for step in watched)


def test_minutes_tell_the_same_as_the_mode(steps: list[Step], year: Year) -> None:
    for mark in year.marks:
        part = mark.minutes / mark.seat.session.minutes
        assert {"live": part >= 0.75, "part": 0 < part < 0.75, "missed": part == 0}[mark.mode]


def test_names_stay_in_the_records_of_people(steps: list[Step]) -> None:
    named = {step.path for step in steps if "name" in json.dumps(step.body)}
    assert all(
        re.match(r"/(enrolment/v1/learners/batch|talent/v1/members|coaching/v1/practitioners)", p) for p in named
    )


def test_whoever_sends_many_says_where_the_answer_tells_of_each(steps: list[Step]) -> None:
    many = [step for step in steps if any(isinstance(told, list) for told in (step.body or {}).values() if told)]
    batches = {step.rows for step in many if step.method == "POST"}
    assert batches == {"learners", "rows"}
