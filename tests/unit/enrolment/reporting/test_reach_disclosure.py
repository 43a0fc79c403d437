"""What stays hidden of newly closed periods, beside every revision of every period that was published before."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from services.enrolment.reporting.commands.reach_disclosure import hidden_lines
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, Dimension, LineName, Queue, Reach
from services.enrolment.reporting.domain.reach_figures import WAITING, WITHDRAWALS
from services.enrolment.reporting.domain.snapshots import Snapshot

DECEMBER = Period(date(2020, 12, 1), date(2020, 12, 31))
JANUARY = Period(date(2021, 1, 1), date(2021, 1, 31))
FEBRUARY = Period(date(2021, 2, 1), date(2021, 2, 28))
MARCH = Period(date(2021, 3, 1), date(2021, 3, 31))
WINTER = Period(date(2021, 1, 1), date(2021, 3, 31))


def a_cell(dimension: Dimension, code: str, people: int) -> Cell:
    return Cell(dimension, code, people, people, people, people, people)


def a_reach(period: Period, *cells: Cell, waiting: int = 0) -> Reach:
    return Reach(period, cells, (), (), Queue(waiting, 0))


def published(*reaches: Reach, hidden: Sequence[LineName] = (), revision: int = 1, release: int = 1) -> list[Snapshot]:
    at = datetime(2021, 4, release, tzinfo=UTC)
    return [Snapshot(reach, frozenset(hidden), revision, at) for reach in reaches]


NOBODY = published(a_reach(JANUARY), a_reach(FEBRUARY))
"""Of the quarter nobody waited in the first two months: what its third counts, it counts itself."""


def march(waiting: int, *hidden: LineName, revision: int) -> list[Snapshot]:
    return published(a_reach(MARCH, waiting=waiting), hidden=hidden, revision=revision, release=revision)


def test_what_was_published_in_several_releases_is_known_together() -> None:
    """A quarter of 47 at most has one person left for March: 38 and 8 at least were in the months before."""
    january, february = a_reach(JANUARY, waiting=38), a_reach(FEBRUARY, waiting=8)
    earlier = published(january) + published(february, release=2)

    hidden = hidden_lines([a_reach(MARCH, waiting=1), a_reach(WINTER, waiting=47)], earlier)

    assert hidden == {MARCH: {WAITING}, WINTER: {WAITING}}


def test_that_nobody_is_counted_is_told_even_where_nothing_new_is_disclosed() -> None:
    cells = (a_cell("all", "all", 39), a_cell("system", "QGH", 1), a_cell("system", "QHL", 38))
    without_care = published(a_reach(MARCH, *cells), hidden=[("system", "QGH")])

    hidden = hidden_lines([a_reach(FEBRUARY, waiting=20)], without_care)

    assert WAITING in hidden[FEBRUARY]
    assert WITHDRAWALS not in hidden[FEBRUARY]


def test_a_hidden_line_that_counts_the_same_in_the_next_revision_is_kept_from_being_worked_out() -> None:
    """It was disclosed of 19 and is hidden of 20 since: the quarter may not tell how many."""
    revisions = march(19, revision=1) + march(20, WAITING, revision=2) + march(20, WAITING, revision=3)

    assert WAITING in hidden_lines([a_reach(WINTER, waiting=20)], NOBODY + revisions)[WINTER]


def test_a_correction_is_compared_with_the_revision_before_of_its_own_period() -> None:
    """January's number of revisions is its own: March's line goes on counting what it counted when it was hidden."""
    others = published(a_reach(JANUARY), revision=2, release=2) + published(a_reach(JANUARY), revision=3, release=3)
    once = march(20, WAITING, revision=1)

    hidden = hidden_lines([a_reach(MARCH, waiting=20), a_reach(WINTER, waiting=20)], NOBODY + others + once)

    assert hidden == {MARCH: {WAITING}, WINTER: {WAITING}}


def test_what_was_hidden_in_between_stays_hidden_though_it_counts_again_what_was_disclosed_first() -> None:
    revisions = march(20, revision=1) + march(3, WAITING, revision=2)

    assert WAITING in hidden_lines([a_reach(MARCH, waiting=20)], revisions)[MARCH]


def test_what_was_withheld_stays_hidden_in_a_revision_that_counts_the_same() -> None:
    revisions = march(3, WAITING, revision=1) + march(20, WAITING, revision=2)

    assert hidden_lines([a_reach(MARCH, waiting=20)], revisions) == {MARCH: {WAITING}}


def test_many_people_withheld_because_there_were_few_before_may_be_worked_out() -> None:
    """Neither when the correction is new, nor when it was published: the quarter is disclosed beside it."""
    few = march(3, WAITING, revision=1)
    corrected = a_reach(MARCH, waiting=20)
    new = hidden_lines([corrected, a_reach(WINTER, waiting=20)], NOBODY + few)
    later = hidden_lines([a_reach(WINTER, waiting=20)], NOBODY + few + march(20, WAITING, revision=2))

    assert new == {MARCH: {WAITING}, WINTER: set()}
    assert later == {WINTER: set()}


def test_what_a_release_told_stays_told_though_one_of_its_figures_was_corrected_since() -> None:
    """47 less 38 and 8: whatever January counts later, one was left for March."""
    months = [a_reach(JANUARY, waiting=38), a_reach(FEBRUARY, waiting=8), a_reach(WINTER, waiting=47)]
    without_care = published(*months) + march(1, WAITING, revision=1)
    corrected = published(a_reach(JANUARY, waiting=60), revision=2, release=2)

    assert WAITING in hidden_lines([a_reach(DECEMBER, waiting=20)], without_care + corrected)[DECEMBER]


def test_few_people_of_a_third_revision_are_hidden_whatever_the_first_two_counted() -> None:
    revisions = march(20, revision=1) + march(19, revision=2)

    assert hidden_lines([a_reach(MARCH, waiting=3)], revisions) == {MARCH: {WAITING}}
