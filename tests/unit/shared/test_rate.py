"""A caller's budget: spent by requests, filled again by time, and nobody else's."""

from dataclasses import dataclass

import pytest
from starlette.exceptions import HTTPException

from shared.web.rate import Budgets

LEARNER = frozenset({"learner"})


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budgets(clock: Clock) -> Budgets:
    return Budgets(2, 5, clock)


def spent(budgets: Budgets, times: int, subject: str = "amara", roles: frozenset[str] = LEARNER) -> int:
    """How many of so many requests were let through."""
    through = 0
    for _ in range(times):
        try:
            budgets.spend(subject, roles)
        except HTTPException:
            continue
        through += 1
    return through


def test_a_rush_gets_what_the_bucket_holds_and_then_what_runs_in(budgets: Budgets, clock: Clock) -> None:
    assert spent(budgets, 20) == 5
    clock.now += 1
    assert spent(budgets, 20) == 2


def test_a_bucket_holds_no_more_for_having_rested_long(budgets: Budgets, clock: Clock) -> None:
    spent(budgets, 20)
    clock.now += 3_600
    assert spent(budgets, 20) == 5


def test_who_is_turned_down_is_told_when_to_come_again(clock: Clock) -> None:
    budgets = Budgets(0.1, 1, clock)
    budgets.spend("amara", LEARNER)
    with pytest.raises(HTTPException) as refused:
        budgets.spend("amara", LEARNER)
    assert (refused.value.status_code, refused.value.headers) == (429, {"Retry-After": "10"})
    clock.now += 10
    budgets.spend("amara", LEARNER)


def test_one_callers_rush_costs_nobody_else_anything(budgets: Budgets) -> None:
    spent(budgets, 20)
    assert spent(budgets, 20, "bela") == 5


def test_a_system_has_twenty_times_as_much_and_it_runs_in_as_fast(budgets: Budgets, clock: Clock) -> None:
    system = frozenset({"service", "region"})
    assert spent(budgets, 200, "replay", system) == 100
    clock.now += 1
    assert spent(budgets, 200, "replay", system) == 40
    clock.now += 3_600
    assert spent(budgets, 200, "replay", system) == 100


def test_who_comes_no_more_is_forgotten_and_who_is_still_refused_is_not(budgets: Budgets, clock: Clock) -> None:
    spent(budgets, 20)
    for number in range(1_000):
        clock.now += 0.01
        spent(budgets, 1, f"somebody-{number}")
    assert len(budgets) <= 251
    spent(budgets, 20)
    clock.now += 0.1
    assert spent(budgets, 1) == 0
