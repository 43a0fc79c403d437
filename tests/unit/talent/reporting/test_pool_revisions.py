"""What stays hidden of the pools when months were corrected, or published one after the other."""

from datetime import date, timedelta

from services.talent.reporting.commands.pool_disclosure import hidden_lines
from services.talent.reporting.domain.pool_figures import TOTAL, LineName, Table
from services.talent.reporting.domain.pools import Pools
from services.talent.reporting.domain.snapshots import Snapshot
from tests.unit.talent.builders import AS_AT, a_cell, counted

OCTOBER, NOVEMBER, DECEMBER = date(2020, 10, 31), date(2020, 11, 30), date(2020, 12, 31)


def systems(day: date = NOVEMBER, **people: int) -> Pools:
    return counted({a_cell(system=system): n for system, n in people.items()}, day=day)


def of(system: str) -> set[LineName]:
    """What is told of a system: its margin, and that crossed with readiness."""
    return {(("system", system),), (("readiness", "ready_now"), ("system", system))}


def published(pools: Pools, hidden: str = "", revision: int = 1, release: int = 1) -> list[Snapshot]:
    lines = frozenset(of(hidden) if hidden else ())
    return [Snapshot(pools, lines, revision, AS_AT.known_at + timedelta(days=release))]


def hidden_of(pools: Pools, before: list[Snapshot]) -> frozenset[LineName]:
    return hidden_lines([pools], before)[pools.as_at.day]


def test_months_published_in_several_releases_are_known_together() -> None:
    """Nobody left the 23 or more of November: of 27 at most in December four would be elsewhere."""
    before = published(systems(OCTOBER, QGH=12)) + published(systems(NOVEMBER, QGH=12, QHL=13), release=2)

    assert TOTAL in hidden_of(systems(DECEMBER, QGH=12, QHL=13, QNC=1), before)


def test_a_hidden_line_that_counts_the_same_in_the_next_revision_is_kept_from_being_worked_out() -> None:
    """Where nobody else is left, the total would tell it."""
    before = published(systems(QHL=19, QNC=40))
    for revision in (2, 3):
        before += published(systems(QHL=20, QNC=40), "QHL", revision=revision, release=revision)

    assert TOTAL in hidden_of(systems(QHL=20), before)


def test_a_correction_is_compared_with_the_revision_before_of_its_own_month() -> None:
    """October's number of revisions is its own: November's line goes on counting what it counted when it was hidden."""
    before = published(systems(QHL=20, QNC=40), "QHL")
    for revision in (1, 2, 3):
        before += published(systems(OCTOBER), revision=revision, release=revision)

    assert TOTAL in hidden_of(systems(QHL=20), before)


def test_what_was_hidden_in_between_stays_hidden_though_it_counts_again_what_was_disclosed_first() -> None:
    first = systems(QHL=20, QNC=40)
    between = published(systems(QHL=3, QNC=40), "QHL", revision=2, release=2)

    assert hidden_of(first, published(first) + between) >= of("QHL")


def test_few_people_of_a_third_revision_are_hidden_whatever_the_first_two_counted() -> None:
    before = published(systems(QHL=20, QNC=40)) + published(systems(QHL=19, QNC=40), revision=2, release=2)

    assert hidden_of(systems(QHL=3, QNC=40), before) >= of("QHL")


def test_what_a_release_told_stays_told_though_one_of_its_figures_was_corrected_since() -> None:
    """39 less 38: whatever the other system counts later, in this one was one."""
    told = published(systems(OCTOBER, QGH=1, QHL=38), "QGH")
    corrected = published(systems(OCTOBER, QGH=1, QHL=57), "QGH", revision=2, release=2)
    november = systems(NOVEMBER, QGH=20, QHL=80)

    assert not hidden_of(november, corrected)
    assert hidden_of(november, told + corrected) == Table.of(november).lines.keys()


def test_many_people_withheld_because_there_were_few_before_may_be_worked_out() -> None:
    """Where nobody else is left the total tells it, and is disclosed."""
    few = published(systems(QHL=3, QNC=40), "QHL")
    many = published(systems(QHL=20, QNC=40), "QHL", revision=2, release=2)

    assert TOTAL not in hidden_of(systems(QHL=20), few)
    assert TOTAL not in hidden_of(systems(QHL=20), few + many)
