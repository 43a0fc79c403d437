from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.portal.clients.enrolment.cohorts import Cohort
from services.portal.pages.standing import standing


def on(day: int) -> datetime:
    return datetime(2020, 10, day, tzinfo=UTC)


def a_cohort(**told: Any) -> Cohort:
    """Open from the 5th to the 20th, beginning on the 15th, after which nobody enters."""
    told = {"opens_at": on(5), "closes_at": on(20), "first_session_at": on(15), "promotes_until": on(15)} | told
    usual = {"cohort_id": uuid4(), "programme_code": "CLS7", "title": "October", "availability": "few_left"}
    return Cohort.model_validate(usual | {"withdrawal_cutoff_days": 5, "sessions": 1} | told)


LATE = {"closes_at": on(25), "promotes_until": on(25)}
UNDATED: dict[str, Any] = {"first_session_at": None, "promotes_until": None}


@pytest.mark.parametrize(
    ("told", "day", "found"),
    [
        ({}, 4, ("cohort", "announced")),
        ({}, 5, ("availability", "few_left")),
        ({}, 14, ("availability", "few_left")),
        ({}, 15, ("cohort", "begun")),
        (LATE, 16, ("availability", "few_left")),
        (LATE, 26, ("cohort", "begun")),
        ({"closes_at": on(10)}, 12, ("cohort", "closed")),
        (UNDATED, 19, ("availability", "few_left")),
        (UNDATED, 20, ("cohort", "closed")),
        ({"cancelled_at": on(6)}, 7, ("cohort", "cancelled")),
    ],
)
def test_how_full_it_is_is_told_while_somebody_is_let_in(
    told: dict[str, Any], day: int, found: tuple[str, str]
) -> None:
    assert standing(a_cohort(**told), on(day)) == found
