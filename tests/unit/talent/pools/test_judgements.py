from datetime import date

import pytest

from services.talent.pools.domain.assessments import AssessmentAhead, NotInThePool
from tests.unit.talent.builders import a_judgement


@pytest.mark.parametrize(
    ("months", "readiness"),
    [
        (0, "ready_now"),
        (1, "ready_soon"),
        (12, "ready_soon"),
        (13, "between"),
        (17, "between"),
        (18, "not_yet_ready"),
        (24, "not_yet_ready"),
    ],
)
def test_a_pool_is_a_number_of_months(months: int, readiness: str) -> None:
    assert a_judgement(months).readiness == readiness


def test_beyond_24_months_nobody_is_in_a_pool() -> None:
    with pytest.raises(NotInThePool):
        a_judgement(25)


def test_a_judgement_holds_for_twelve_months() -> None:
    judgement = a_judgement(6, on=date(2020, 10, 1))
    assert judgement.valid_until == date(2021, 10, 1)
    assert not judgement.is_expired(date(2021, 10, 1))
    assert judgement.is_expired(date(2021, 10, 2))


def test_a_judgement_of_29_february_ends_on_the_28th() -> None:
    assert a_judgement(6, on=date(2024, 2, 29)).valid_until == date(2025, 2, 28)


def test_nobody_is_assessed_tomorrow() -> None:
    a_judgement(6, on=date(2020, 10, 1)).ensure_not_future(date(2020, 10, 1))
    with pytest.raises(AssessmentAhead):
        a_judgement(6, on=date(2020, 10, 2)).ensure_not_future(date(2020, 10, 1))
