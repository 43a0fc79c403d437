import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.enrolment.catalogue.domain.cohort_plans import (
    ClosesBeforeItOpens,
    CohortPlan,
    OverBookingNotAllowed,
    TooFewLicences,
)
from services.enrolment.catalogue.domain.cohorts import (
    Cohort,
    CohortClosed,
    CohortFull,
    CohortNotFull,
    CohortNotOpenYet,
    CohortStarted,
    OthersWait,
)
from services.enrolment.catalogue.domain.programmes import Completion, Programme
from shared.errors import DomainError
from shared.ids import CohortId, new_id

OPENS = datetime(2020, 9, 1, tzinfo=UTC)
CLOSES = datetime(2020, 12, 1, tzinfo=UTC)
NOW = datetime(2020, 9, 14, tzinfo=UTC)
SESSION = datetime(2020, 10, 12, 9, tzinfo=UTC)


def a_cohort(**given: Any) -> Cohort:
    known: dict[str, Any] = {
        "cohort_id": CohortId(new_id()),
        "programme_code": "CLS7",
        "title": "October",
        "seats": 2,
        "places": 2,
        "licences": None,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "withdrawal_cutoff_days": 5,
        "opened_at": OPENS,
    }
    return Cohort(**known | given)


def a_programme(*, over_booking: bool = False) -> Programme:
    completion = Completion("all", recordings_count=False)
    return Programme("CLS7", "cls", "CLS7", ("I",), "all", "Provider", None, None, completion, over_booking)


def a_plan(**given: Any) -> CohortPlan:
    known: dict[str, Any] = {
        "programme_code": "CLS7",
        "title": "October",
        "seats": 20,
        "places": 20,
        "licences": None,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "withdrawal_cutoff_days": 5,
    }
    return CohortPlan(**known | given)


@pytest.mark.parametrize(
    ("given", "over_booking", "refusal"),
    [
        ({"places": 21}, False, OverBookingNotAllowed),
        ({"places": 24, "licences": 23}, True, TooFewLicences),
        ({"closes_at": OPENS}, True, ClosesBeforeItOpens),
    ],
)
def test_a_plan_beyond_room_licences_or_time_is_refused(
    *, given: dict[str, Any], over_booking: bool, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        Cohort.opened(a_plan(**given), a_programme(over_booking=over_booking), at=NOW)


def test_the_last_place_is_taken_and_no_further_one() -> None:
    cohort = a_cohort(places_taken=1)

    cohort.take_place(now=NOW)

    with pytest.raises(CohortFull):
        cohort.take_place(now=NOW)
    assert cohort.places_taken == 2


@pytest.mark.parametrize(
    ("places", "places_taken", "waiting", "told"),
    [
        (20, 0, 0, "open"),
        (20, 15, 0, "open"),
        (20, 16, 0, "few_left"),
        (20, 19, 0, "few_left"),
        (20, 20, 0, "full"),
        (20, 20, 1, "waiting"),
        (20, 15, 1, "waiting"),
        (9, 7, 0, "open"),
        (9, 8, 0, "few_left"),
        (4, 2, 0, "open"),
        (4, 3, 0, "few_left"),
        (1, 0, 0, "few_left"),
    ],
)
def test_a_fifth_of_the_places_or_the_last_one_is_few(places: int, places_taken: int, waiting: int, told: str) -> None:
    assert a_cohort(places=places, places_taken=places_taken, waiting=waiting).availability == told


@pytest.mark.parametrize("given", [{"places_taken": 23}, {"places_taken": 22, "waiting": 17}, {"places_taken": 6}])
def test_no_refusal_tells_how_many_people_there_are(given: dict[str, int]) -> None:
    cohort = a_cohort(**{"places": 23} | given)

    with pytest.raises((CohortFull, OthersWait, CohortNotFull)) as refused:
        cohort.take_place(now=NOW) if given["places_taken"] > 6 else cohort.join_waiting_list(now=NOW)

    assert not re.search(r"\d", str(refused.value))


def test_enrolment_is_open_from_its_first_moment_until_before_its_last() -> None:
    a_cohort().take_place(now=OPENS)
    with pytest.raises(CohortNotOpenYet):
        a_cohort().take_place(now=OPENS - timedelta(microseconds=1))
    with pytest.raises(CohortClosed):
        a_cohort().take_place(now=CLOSES)


def test_tickets_keep_the_order_of_joining_even_when_others_leave() -> None:
    cohort = a_cohort(places_taken=2)

    first = cohort.join_waiting_list(now=NOW)
    cohort.leave_waiting_list()
    second = cohort.join_waiting_list(now=NOW)

    assert (first, second, cohort.waiting) == (1, 2, 1)


def test_nobody_waits_while_there_is_a_place_or_once_it_has_started() -> None:
    with pytest.raises(CohortNotFull):
        a_cohort(places_taken=1).join_waiting_list(now=NOW)
    with pytest.raises(CohortStarted):
        a_cohort(places_taken=2, first_session_at=NOW).join_waiting_list(now=NOW)


@pytest.mark.parametrize(
    ("given", "promotes"),
    [
        ({"waiting": 1, "places_taken": 1}, True),
        ({"waiting": 0, "places_taken": 1}, False),
        ({"waiting": 1, "places_taken": 2}, False),
        ({"waiting": 1, "places_taken": 1, "first_session_at": NOW}, False),
        ({"waiting": 1, "places_taken": 1, "first_session_at": NOW, "late_entry": "while_running"}, True),
        ({"waiting": 1, "places_taken": 1, "closes_at": NOW, "first_session_at": SESSION}, True),
        (
            {"waiting": 1, "places_taken": 1, "closes_at": NOW, "first_session_at": NOW, "late_entry": "while_running"},
            False,
        ),
    ],
)
def test_a_freed_place_is_handed_on_until_the_start_or_while_people_may_enter(
    *, given: dict[str, Any], promotes: bool
) -> None:
    assert a_cohort(**given).can_promote(now=NOW) is promotes


def test_nobody_passes_those_who_wait_for_a_place_that_is_free() -> None:
    cohort = a_cohort(places_taken=1, waiting=1, last_ticket=1)

    with pytest.raises(OthersWait):
        cohort.take_place(now=NOW)
    assert cohort.join_waiting_list(now=NOW) == 2


def test_once_it_has_started_people_enter_only_where_the_programme_lets_them() -> None:
    with pytest.raises(CohortStarted):
        a_cohort(first_session_at=NOW).take_place(now=NOW)
    a_cohort(first_session_at=NOW, late_entry="while_running").take_place(now=NOW)
    a_cohort(first_session_at=NOW, late_entry="while_running", places_taken=2).join_waiting_list(now=NOW)


def test_who_waits_in_vain_is_told_why() -> None:
    a_cohort(first_session_at=SESSION).must_still_promote(now=NOW)
    with pytest.raises(CohortStarted):
        a_cohort(first_session_at=NOW).must_still_promote(now=NOW)
    with pytest.raises(CohortClosed):
        a_cohort(first_session_at=NOW, late_entry="while_running").must_still_promote(now=CLOSES)


def test_without_a_date_no_withdrawal_is_late() -> None:
    assert not a_cohort().is_past_cutoff(NOW, frozenset[date]())
