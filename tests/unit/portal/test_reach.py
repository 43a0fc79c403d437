from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.portal.clients.enrolment.reach import Reach
from services.portal.frame.forms import Form
from services.portal.pages.reach import periods
from services.portal.pages.reach.breakdowns import breakdowns, headline, reasons, told
from services.portal.pages.reach.periods import Months

WHY = "hidden: fewer than 8 people, or it would tell such a number"
USUAL = Months(date(2020, 4, 1), date(2021, 3, 31))


def a_report(**given: Any) -> Reach:
    nothing: dict[str, Any] = dict.fromkeys(("role_groups", "programmes", "systems"), ())
    shares = {name: {"enrolments": 50} for name in ("female_percent", "minority_ethnic_percent")}
    period = {"from": "2020-10-01", "to": "2020-10-31"}
    return Reach.model_validate({"audience": "published", "period": period} | nothing | shares | given)


@pytest.mark.parametrize(
    ("people", "places", "words"),
    [
        (45, 1045, "45 people took 1,045 places in October 2020."),
        (1, 1, "1 person took 1 place in October 2020."),
        (0, 0, "Nobody was reached in October 2020."),
        (None, None, "So few people were reached in October 2020 that their number is hidden."),
    ],
)
def test_the_headline_says_no_number_that_is_hidden(people: int | None, places: int | None, words: str) -> None:
    assert headline(a_report(people=people, enrolments=places), "October 2020") == words


def test_the_largest_stands_first_and_what_is_hidden_last() -> None:
    systems = [
        {"name": "Few", "enrolments": None, "people": None, "hidden": WHY},
        {"name": "Some", "enrolments": 20, "people": 15},
        {"name": "None", "enrolments": 0, "people": 0},
        {"name": "Many", "enrolments": 40, "people": 35},
    ]
    *_, found = breakdowns(a_report(systems=systems))
    shown = [(row.name, row.shown, row.more) for row in found.rows]
    assert shown == [("Many", "40", "35"), ("Some", "20", "15"), ("None", "0", "0"), ("Few", "Hidden", "Hidden")]
    assert found.largest == 40


@pytest.mark.parametrize(
    "given",
    [
        {"systems": [{"name": "Few", "hidden": WHY}], "hidden": {"waiting": WHY}},
        {"female_percent": {"hidden": WHY}},
        {"minority_ethnic_percent": {"hidden": WHY}},
        {"hidden": {"waiting": WHY}},
    ],
)
def test_why_is_said_once_also_of_what_stands_in_no_table(given: dict[str, Any]) -> None:
    assert reasons(a_report(**given)) == [WHY]


def test_where_nothing_is_hidden_no_reason_is_said() -> None:
    assert reasons(a_report()) == []


@pytest.mark.parametrize(
    ("count", "hidden", "words"),
    [
        (4116, None, "4,116"),
        (0, None, "0"),
        (61.53846, None, "61.5"),
        (80.04, None, "80"),
        (None, WHY, "Hidden"),
        (None, None, "Nothing to count"),
    ],
)
def test_a_figure_in_words(count: float | None, hidden: str | None, words: str) -> None:
    assert told(count, hidden) == words


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        (datetime(2021, 4, 1, tzinfo=UTC), date(2020, 4, 1), date(2021, 3, 31)),
        (datetime(2020, 10, 7, tzinfo=UTC), date(2020, 7, 1), date(2020, 9, 30)),
        (datetime(2020, 11, 30, tzinfo=UTC), date(2020, 10, 1), date(2020, 10, 31)),
    ],
)
def test_the_usual_months_are_the_longest_period_that_was_over_last(now: datetime, first: date, last: date) -> None:
    assert Months.latest(now) == Months(first, last)


def test_months_left_out_are_the_usual_ones_and_stand_in_the_form() -> None:
    form = Form.showing(to="June 2020")
    assert periods.read(form, USUAL) == Months(date(2020, 4, 1), date(2020, 6, 30))
    assert form.value("from") == "April 2020"


def test_the_last_month_is_not_before_the_first() -> None:
    form = Form.showing(**{"from": "May 2020", "to": "April 2020"})
    assert periods.read(form, USUAL) == USUAL
    assert form.faults == {"to": "Choose a last month that is not before the first"}
