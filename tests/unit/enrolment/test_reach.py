from datetime import date
from typing import Any

import pytest

from services.enrolment.commands.reach_disclosure import PROFILES, published
from services.enrolment.domain.periods import Period
from services.enrolment.domain.reach import Cell, Delivery, Queue, Reach
from services.enrolment.domain.reach_reports import internal

YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))


def a_cell(dimension: Any, code: str, people: int, **given: int) -> Cell:
    counts = {"enrolments": people, "session_places": people, "attended": people, "live": people}
    return Cell(dimension, code, people=people, **counts | given)


def a_reach(*cells: Cell, deliveries: tuple[Delivery, ...] = (), queue: Queue | None = None) -> Reach:
    return Reach(YEAR, cells, deliveries, [("QGH", "Herefordshire"), ("QHL", "Birmingham")], queue or Queue(0, 0))


def a_delivery(code: str, family: str, interventions: int = 1) -> Delivery:
    return Delivery(code, family, code, interventions, 0, None)


def test_nothing_counted_is_a_report_of_zeros_and_no_shares() -> None:
    for report in (internal(a_reach()), published(a_reach(), PROFILES["annual_review"])):
        assert (report.enrolments, report.attended_on_the_day_percent) == (0, None)
        assert report.female_percent.people is None
        assert [(s.system, s.enrolments) for s in report.systems] == [("QGH", 0), ("QHL", 0)]


def test_the_internal_report_is_not_rounded() -> None:
    report = internal(a_reach(a_cell("all", "all", 3), a_cell("gender", "female", 1)))

    assert report.female_percent.people == 100 / 3


@pytest.mark.parametrize(("people", "printed"), [(0, 0), (1, None), (7, None), (8, 10), (12, 10), (13, 15)])
def test_queues_of_people_follow_the_small_number_rules(people: int, printed: int | None) -> None:
    report = published(a_reach(queue=Queue(people, people)), PROFILES["standard"])

    assert (report.waiting, report.withdrawals) == (printed, printed)


def test_many_enrolments_of_a_few_people_are_hidden_too() -> None:
    reach = a_reach(
        a_cell("all", "all", 60, enrolments=100),
        a_cell("system", "QGH", 5, enrolments=40),
        a_cell("system", "QHL", 55, enrolments=60),
    )

    report = published(reach, PROFILES["standard"])

    assert [(s.enrolments, s.people) for s in report.systems] == [(None, None), (None, None)]


def test_a_programme_is_not_given_away_by_its_familys_total() -> None:
    deliveries = (a_delivery("A", "ilm"), a_delivery("B", "ilm"), a_delivery("C", "cls"), a_delivery("D", "cls"))
    reach = a_reach(
        a_cell("all", "all", 105),
        *(a_cell("programme", code, people) for code, people in (("A", 5), ("B", 30), ("C", 30), ("D", 40))),
        a_cell("family", "ilm", 35),
        a_cell("family", "cls", 70),
        deliveries=deliveries,
    )

    report = published(reach, PROFILES["standard"])

    assert {p.programme_code: p.enrolments for p in report.programmes} == {"A": None, "B": None, "C": 30, "D": 40}
    assert {f.family: (f.enrolments, f.programmes, f.interventions) for f in report.families} == {
        "ilm": (35, 2, 2),
        "cls": (70, 2, 2),
    }


def test_the_reviews_cells_are_exact_unless_they_leave_a_handful() -> None:
    def female(women: int, others: int) -> float | None:
        total = a_cell("all", "all", women + others)
        reach = a_reach(total, a_cell("gender", "female", women), a_cell("gender", "male", others))
        return published(reach, PROFILES["annual_review"]).female_percent.people

    assert female(79, 21) == 79
    assert female(93, 7) is None
    assert female(100, 0) == 100


def test_every_published_share_of_the_review_is_the_internal_one_in_whole_per_cent() -> None:
    total = a_cell("all", "all", 3000, enrolments=4116, session_places=5000, attended=3501, live=3000)
    women = a_cell("gender", "female", 2371, enrolments=3252, attended=2766)
    men = a_cell("gender", "male", 629, enrolments=864, attended=735)
    reach = a_reach(total, women, men)

    exact, printed = internal(reach), published(reach, PROFILES["annual_review"])

    assert printed.female_percent.enrolments == round(exact.female_percent.enrolments or 0) == 79
    assert printed.female_percent.attendances == round(exact.female_percent.attendances or 0) == 79
    assert printed.attended_on_the_day_percent == round(exact.attended_on_the_day_percent or 0) == 70
