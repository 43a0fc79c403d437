from datetime import UTC, date, datetime

import pytest

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, LineName, Queue, Reach
from services.enrolment.reporting.domain.reach_audiences import Profile, Public
from services.enrolment.reporting.domain.reach_figures import TOTAL
from services.enrolment.reporting.domain.snapshots import Snapshot

YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))
PROFILES: tuple[Profile, ...] = ("standard", "annual_review")


def women(people: int) -> Cell:
    return Cell("gender", "female", people, people, people, people, people)


def seen(*hidden: LineName, profile: Profile, all_in_all: int = 40) -> Public:
    total = Cell("all", "all", all_in_all, all_in_all, all_in_all, all_in_all, all_in_all)
    reach = Reach(YEAR, [total, women(20)], [], [], Queue(0, 0))
    return Public(Snapshot(reach, frozenset(hidden), 1, datetime(2021, 4, 1, tzinfo=UTC)), profile)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("hidden", [TOTAL, ("gender", "female")])
def test_a_share_is_hidden_with_its_part_and_with_its_whole(profile: Profile, hidden: LineName) -> None:
    assert seen(profile=profile).percent(women(20), "enrolments", "enrolments") == 50
    assert seen(hidden, profile=profile).percent(women(20), "enrolments", "enrolments") is None


def test_no_share_is_more_than_the_whole() -> None:
    assert seen(profile="standard", all_in_all=12).percent(women(13), "people", "people") == 100
