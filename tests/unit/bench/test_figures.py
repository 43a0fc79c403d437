from collections import Counter

import pytest

from bench.cohorts import Supply
from bench.enrolled import a_person_a_lane, outbox_rows
from bench.latency import LostEvents, delays_of
from shared.contracts.topics import PARTITIONS
from shared.ids import CohortId, PersonId, new_id
from shared.messaging.lanes import lane_of


def test_delays_are_milliseconds_without_those_of_the_first_seconds() -> None:
    begun = {"warm": 100.0, "first": 102.0, "second": 103.0}
    seen = {"warm": 101.0, "first": 102.004, "second": 103.25, "of an earlier run": 1.0}
    assert delays_of(begun, seen) == pytest.approx([4.0, 250.0])


def test_an_event_that_nobody_saw_is_not_left_out_of_the_figures() -> None:
    with pytest.raises(LostEvents, match="1 of 2"):
        delays_of({"seen": 1.0, "lost": 1.0}, {"seen": 1.1})


def test_rows_have_gapless_versions_on_the_lane_of_their_key() -> None:
    rows = list(outbox_rows(25, keys=10))
    assert Counter(row.key for row in rows).most_common(1)[0][1] == 3
    assert all(row.lane == lane_of(row.key) for row in rows)
    for key in {row.key for row in rows}:
        versions = [row.version for row in rows if row.key == key]
        assert versions == list(range(1, len(versions) + 1))


def test_there_is_a_person_for_every_lane() -> None:
    assert {lane: lane_of(str(person)) for lane, person in a_person_a_lane().items()} == {
        lane: lane for lane in range(PARTITIONS)
    }


def test_nobody_is_enrolled_twice_in_a_cohort() -> None:
    supply = Supply([CohortId(new_id()) for _ in range(20)], [PersonId(new_id()) for _ in range(100)])
    assert len({supply.pair(number) for number in range(2_000)}) == 2_000


def test_neighbours_are_enrolled_in_different_cohorts() -> None:
    supply = Supply([CohortId(new_id()) for _ in range(20)], [PersonId(new_id()) for _ in range(100)])
    cohorts = [supply.pair(number)[0] for number in range(300)]
    assert all(len(set(cohorts[first : first + 8])) == 8 for first in range(0, 92, 8))
