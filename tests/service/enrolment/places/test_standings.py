"""How people stand with a cohort, and a person with each cohort: the order of those who wait, and what it is in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.support.services import Client


async def waited_for(enrolment: EnrolmentService, waiting: int) -> tuple[str, str, list[UUID]]:
    """A cohort of one place that is held, the place, and those who wait, in the order they joined."""
    cohort, (place,) = await enrolment.full_cohort(1)
    people = await enrolment.people(waiting)
    for person in people:
        await enrolment.wait_for(cohort, person)
    return cohort, place, people


async def ranks(caller: Client, cohort: str) -> dict[str, Any]:
    listed = (await caller.get(f"/v1/cohorts/{cohort}/enrolments", params={"state": "waitlisted"})).json()["items"]
    return {item["person_id"]: item["rank"] for item in listed}


def of(enrolment: EnrolmentService, person: UUID) -> Client:
    return enrolment.under_test.as_("learner", person_id=person, at=NOW)


async def own(enrolment: EnrolmentService, person: UUID) -> dict[str, Any]:
    (item,) = (await of(enrolment, person).get(f"/v1/learners/{person}/enrolments")).json()["items"]
    return item


@pytest.mark.parametrize("role", ["programme_lead", "region", "provider"])
async def test_who_runs_a_cohort_sees_in_which_order_people_wait(enrolment: EnrolmentService, role: str) -> None:
    cohort, place, (first, second, third) = await waited_for(enrolment, 3)
    caller = enrolment.as_(role, organisation="Northfield Learning")
    assert await ranks(caller, cohort) == {str(first): 1, str(second): 2, str(third): 3}

    await enrolment.withdraw(place)
    assert await ranks(caller, cohort) == {str(second): 1, str(third): 2}


async def test_a_system_lead_sees_who_waits_and_not_behind_how_many_of_others(enrolment: EnrolmentService) -> None:
    cohort, _, (first,) = await waited_for(enrolment, 1)
    assert await ranks(enrolment.as_("system_lead", systems=["QGH"]), cohort) == {str(first): None}


async def test_a_person_sees_the_own_rank_and_none_once_there_is_a_place(enrolment: EnrolmentService) -> None:
    _, place, (first, second) = await waited_for(enrolment, 2)
    assert [(await own(enrolment, person))["rank"] for person in (first, second)] == [1, 2]

    await enrolment.withdraw(place)
    assert [(await own(enrolment, person))["rank"] for person in (first, second)] == [None, 1]


async def test_a_person_sees_what_a_place_is_in_and_until_when_it_is_given_up_in_time(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(withdrawal_cutoff_days=5)
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)
    told = ("programme_code", "cohort_title", "first_session_at", "in_time_until")
    assert [(await own(enrolment, person))[name] for name in told] == ["CLS7", "October", None, None]

    await enrolment.session(cohort)
    assert [(await own(enrolment, person))[name] for name in told] == [
        "CLS7",
        "October",
        "2020-10-12T09:00:00Z",
        "2020-10-05",
    ]


@pytest.mark.parametrize(("day", "late"), [("2020-10-05T22:59:00+00:00", False), ("2020-10-05T23:00:00+00:00", True)])
async def test_what_is_given_up_on_that_day_is_in_time_and_later_is_late(
    enrolment: EnrolmentService, day: str, *, late: bool
) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(withdrawal_cutoff_days=5)
    await enrolment.session(cohort)
    (person,) = await enrolment.people(1)
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    assert (await own(enrolment, person))["in_time_until"] == "2020-10-05"

    assert (await enrolment.withdraw(place, at=datetime.fromisoformat(day))).json()["late"] is late
