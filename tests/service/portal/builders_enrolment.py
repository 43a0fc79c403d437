"""People and cohorts that no other test has."""

import random
from datetime import timedelta
from string import ascii_lowercase
from typing import Any
from uuid import UUID

from tests.service.enrolment.enrolment import NOW, EnrolmentService


def a_name(first: str = "Zadie") -> str:
    """Nobody else is called that."""
    return f"{first} {''.join(random.choices(ascii_lowercase, k=12)).capitalize()}"


async def somebody(enrolment: EnrolmentService, **given: Any) -> UUID:
    [person] = await enrolment.people(1, **given)
    return person


async def a_full_cohort(enrolment: EnrolmentService, programme: str = "CLS7") -> tuple[str, list[UUID]]:
    """One place, which the first of three has; the second waits, the third is new."""
    cohort = await enrolment.cohort(programme=programme, places=1, title=a_name("Cohort"))
    await enrolment.session(cohort)
    people = await enrolment.people(3, name=a_name("Marlowe"))
    assert (await enrolment.enrol(cohort, people[0])).status_code == 201
    assert (await enrolment.wait_for(cohort, people[1])).status_code == 201
    return cohort, people


async def a_course(enrolment: EnrolmentService, **given: Any) -> str:
    """A cohort as participants meet it: with a date."""
    cohort = await enrolment.cohort(title=a_name("Course"), **given)
    await enrolment.session(cohort)
    return cohort


async def a_full_course(enrolment: EnrolmentService) -> str:
    cohort = await a_course(enrolment, places=1)
    assert (await enrolment.enrol(cohort, await somebody(enrolment))).status_code == 201
    return cohort


async def a_course_that_is_over(enrolment: EnrolmentService, person: UUID) -> str:
    """The person's place in it."""
    code = await enrolment.programme("LATE1", late_entry="while_running")
    cohort = await enrolment.cohort(programme=code, title="Over by now")
    await enrolment.session(cohort, NOW - timedelta(hours=3))
    return (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
