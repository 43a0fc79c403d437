from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.enrolment.reporting.commands.reach_disclosure import hidden_lines
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, ProgrammeTotals, Queue, Reach
from services.enrolment.reporting.domain.reach_audiences import Profile
from services.enrolment.reporting.domain.reach_reports import ReachReport, internal, published
from services.enrolment.reporting.domain.snapshots import Snapshot
from shared.disclosure.rules import HIDDEN

YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))
MARCH, WINTER = Period(date(2021, 3, 1), date(2021, 3, 31)), Period(date(2021, 1, 1), date(2021, 3, 31))
CLOSED = datetime(2021, 4, 1, tzinfo=UTC)


def a_cell(dimension: Any, code: str, people: int, **given: int) -> Cell:
    counts = {"enrolments": people, "session_places": people, "attended": people, "live": people}
    return Cell(dimension, code, people=people, **counts | given)


def a_reach(
    *cells: Cell, deliveries: tuple[ProgrammeTotals, ...] = (), queue: Queue | None = None, period: Period = YEAR
) -> Reach:
    names = [("QGH", "Herefordshire"), ("QHL", "Birmingham")]
    return Reach(period, cells, deliveries, names, queue or Queue(0, 0))


def a_delivery(code: str, family: str, interventions: int = 1) -> ProgrammeTotals:
    return ProgrammeTotals(code, family, code, interventions, 0, None)


def close(*counted: Reach, before: Sequence[Snapshot] = (), revision: int = 1) -> list[Snapshot]:
    hidden = hidden_lines(counted, before)
    return [Snapshot(reach, hidden[reach.period], revision, CLOSED) for reach in counted]


def report_of(reach: Reach, profile: Profile = "standard") -> ReachReport:
    return published(close(reach)[0], profile)


def test_nothing_counted_is_a_report_of_zeros_and_no_shares() -> None:
    for report in (internal(a_reach()), report_of(a_reach(), "annual_review")):
        assert (report.enrolments, report.attended_on_the_day_percent) == (0, None)
        assert report.female_percent.people is None
        assert [(s.system, s.enrolments) for s in report.systems] == [("QGH", 0), ("QHL", 0)]
        assert report.hidden == {}


def test_the_internal_report_is_not_rounded() -> None:
    report = internal(a_reach(a_cell("all", "all", 3), a_cell("gender", "female", 1)))

    assert report.female_percent.people == 100 / 3
    assert (report.revision, report.hidden) == (None, {})


@pytest.mark.parametrize(("people", "disclosed"), [(0, 0), (1, None), (7, None), (8, 10), (12, 10), (13, 15)])
def test_queues_of_people_follow_the_small_number_rules(people: int, disclosed: int | None) -> None:
    report = report_of(a_reach(queue=Queue(people, people)))

    assert (report.waiting, report.withdrawals) == (disclosed, disclosed)
    assert report.hidden == ({} if disclosed is not None else {"waiting": HIDDEN, "withdrawals": HIDDEN})


def test_totals_are_counts_of_people_too() -> None:
    few = report_of(a_reach(a_cell("all", "all", 3, attended=1, live=1)))

    assert (few.enrolments, few.people, few.attended_on_the_day_percent) == (None, None, None)
    assert few.hidden["attended_on_the_day_percent"] == HIDDEN
    assert (few.female_percent.hidden, few.female_percent.people) == (HIDDEN, None)


def test_many_enrolments_of_a_few_people_are_hidden_too() -> None:
    reach = a_reach(
        a_cell("all", "all", 60, enrolments=100),
        a_cell("system", "QGH", 5, enrolments=40),
        a_cell("system", "QHL", 55, enrolments=60),
    )

    assert report_of(reach).systems[0].hidden == HIDDEN
    assert (report_of(reach).systems[0].enrolments, report_of(reach).systems[0].people) == (None, None)


def test_a_programme_is_not_given_away_by_its_familys_total() -> None:
    deliveries = (a_delivery("A", "ilm"), a_delivery("B", "ilm"), a_delivery("C", "cls"), a_delivery("D", "cls"))
    reach = a_reach(
        a_cell("all", "all", 109),
        *(a_cell("programme", code, people) for code, people in (("A", 1), ("B", 38), ("C", 30), ("D", 40))),
        a_cell("family", "ilm", 39),
        a_cell("family", "cls", 70),
        deliveries=deliveries,
    )

    report = report_of(reach)

    assert {p.programme_code: p.enrolments for p in report.programmes} == {"A": None, "B": None, "C": 30, "D": 40}
    assert {f.family: (f.enrolments, f.programmes, f.interventions) for f in report.families} == {
        "ilm": (40, 2, 2),
        "cls": (70, 2, 2),
    }


def test_a_family_of_one_programme_is_not_given_away_by_the_programme() -> None:
    reach = a_reach(
        a_cell("all", "all", 43),
        *(a_cell("programme", code, people) for code, people in (("A", 3), ("B", 40))),
        *(a_cell("family", code, people) for code, people in (("ilm", 3), ("cls", 40))),
        deliveries=(a_delivery("A", "ilm"), a_delivery("B", "cls")),
    )

    report = report_of(reach)

    assert [p.enrolments for p in report.programmes if p.family == "ilm"] == [None]
    assert [f.enrolments for f in report.families if f.family == "ilm"] == [None]


def test_a_handful_is_not_given_away_by_what_is_left_of_its_quarter() -> None:
    def a_month(number: int, last: int, women: int, men: int) -> Reach:
        period = Period(date(2021, number, 1), date(2021, number, last))
        total, cells = women + men, (a_cell("gender", "female", women), a_cell("gender", "male", men))
        return a_reach(a_cell("all", "all", total), *cells, period=period)

    january, february, march = a_month(1, 31, 38, 60), a_month(2, 28, 8, 60), a_month(3, 31, 1, 60)
    quarter = a_reach(
        a_cell("all", "all", 227), a_cell("gender", "female", 47), a_cell("gender", "male", 180), period=WINTER
    )
    earlier = close(january) + close(february)

    in_march, in_winter = (published(s, "standard") for s in close(march, quarter, before=earlier))

    assert in_march.female_percent.hidden == HIDDEN
    assert in_march.enrolments == 60
    assert in_winter.female_percent.hidden == HIDDEN  # 47 at most, of which 38 and 8 at least were in the months before


def test_what_was_disclosed_once_is_disclosed_in_every_revision_that_counts_the_same() -> None:
    first = a_reach(a_cell("all", "all", 60), a_cell("system", "QGH", 20), a_cell("system", "QHL", 40), period=MARCH)
    corrected = a_reach(a_cell("all", "all", 41), a_cell("system", "QGH", 1), a_cell("system", "QHL", 40), period=MARCH)

    (again,) = close(corrected, before=close(first), revision=2)

    assert ("system", "QHL") not in again.hidden
    assert ("system", "QGH") in again.hidden


def test_the_reviews_cells_are_exact_unless_they_leave_a_handful() -> None:
    def female(women: int, others: int) -> float | None:
        total = a_cell("all", "all", women + others)
        reach = a_reach(total, a_cell("gender", "female", women), a_cell("gender", "male", others))
        return report_of(reach, "annual_review").female_percent.enrolments

    assert female(79, 21) == 79
    assert female(97, 3) is None
    assert female(100, 0) == 100


def test_only_whole_financial_years_are_disclosed_exactly_and_only_what_the_review_printed() -> None:
    cells = (a_cell("all", "all", 103, attended=71), a_cell("gender", "female", 58), a_cell("gender", "male", 45))
    year = report_of(a_reach(*cells), "annual_review")
    march = report_of(a_reach(*cells, period=MARCH), "annual_review")

    assert (year.enrolments, year.people) == (103, 105)
    assert (year.attended_on_the_day_percent, year.female_percent.enrolments) == (69, 56)
    assert (march.enrolments, march.attended_on_the_day_percent, march.female_percent.enrolments) == (105, 67, 57)
    assert report_of(a_reach(*cells), "standard").enrolments == 105


def test_exact_figures_of_a_year_are_those_of_its_first_revision() -> None:
    cells = (a_cell("all", "all", 103, attended=71), a_cell("gender", "female", 58), a_cell("gender", "male", 45))
    (first,) = close(a_reach(*cells))
    one_less = (a_cell("all", "all", 102, attended=71), a_cell("gender", "female", 57), a_cell("gender", "male", 45))
    (second,) = close(a_reach(*one_less), before=[first], revision=2)

    assert published(first, "annual_review").enrolments == 103
    assert published(second, "annual_review").enrolments == 100
    assert published(second, "annual_review").female_percent.enrolments == 55


def test_what_was_hidden_is_hidden_in_every_later_revision() -> None:
    def october(unknown: int) -> Reach:
        known = 60 - unknown
        cells = (a_cell("ethnicity", "unknown", unknown), a_cell("ethnicity", "white", known))
        return a_reach(a_cell("all", "all", 60), *cells, period=MARCH)

    (first,) = close(october(7))
    (second,) = close(october(8), before=[first], revision=2)

    assert published(second, "standard").hidden["unknown_ethnicity_percent"] == HIDDEN


def test_session_places_are_not_told_for_the_number_of_sessions_is() -> None:
    report = report_of(a_reach(a_cell("all", "all", 23, session_places=138, attended=100, live=90)))

    assert (report.session_places, report.attended, report.attended_on_the_day_percent) == (None, None, 71)
    assert report.hidden == {}


def test_who_was_not_there_is_not_worked_out_from_who_was() -> None:
    """Of 60 exact enrolments in cohorts of one session 95 per cent would be three who missed it."""
    year = report_of(a_reach(a_cell("all", "all", 60, attended=57, live=57)), "annual_review")

    assert year.attended_on_the_day_percent is None or year.enrolments is None


def test_where_corrections_would_tell_a_number_new_periods_are_published_all_the_same() -> None:
    def month(number: int, last: int, women: int, men: int) -> Reach:
        period = Period(date(2021, number, 1), date(2021, number, last))
        cells = (a_cell("gender", "female", women), a_cell("gender", "male", men))
        return a_reach(a_cell("all", "all", women + men), *cells, period=period)

    january = [
        Snapshot(month(1, 31, 38, 60), frozenset(), 1, CLOSED),
        Snapshot(month(1, 31, 1, 60), frozenset(), 2, CLOSED),
    ]
    corrected, new = month(1, 31, 2, 60), month(2, 28, 40, 60)

    hidden = hidden_lines([corrected, new], january)

    assert new.period in hidden


def test_where_earlier_figures_tell_a_number_what_was_hidden_stays_hidden_and_nothing_new_is_disclosed() -> None:
    cells = (a_cell("all", "all", 39), a_cell("system", "QGH", 1), a_cell("system", "QHL", 38))
    without_care = Snapshot(a_reach(*cells, period=MARCH), frozenset({("system", "QGH")}), 1, CLOSED)

    (again,) = close(a_reach(*cells, queue=Queue(20, 0), period=MARCH), before=[without_care], revision=2)

    assert {("system", "QGH"), ("waiting", "all")} <= again.hidden
    assert ("system", "QHL") not in again.hidden


def test_every_published_share_of_the_review_is_the_internal_one_in_whole_per_cent() -> None:
    total = a_cell("all", "all", 3000, enrolments=4116, session_places=5000, attended=3501, live=3000)
    women = a_cell("gender", "female", 2371, enrolments=3252, session_places=4000, attended=2766)
    men = a_cell("gender", "male", 629, enrolments=864, session_places=1000, attended=735)
    reach = a_reach(total, women, men)

    exact, disclosed = internal(reach), report_of(reach, "annual_review")

    assert disclosed.female_percent.enrolments == round(exact.female_percent.enrolments or 0) == 79
    assert disclosed.female_percent.attendances == round(exact.female_percent.attendances or 0) == 79
    assert disclosed.attended_on_the_day_percent == round(exact.attended_on_the_day_percent or 0) == 70
