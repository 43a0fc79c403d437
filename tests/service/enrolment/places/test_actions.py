"""What a caller is told they may do to a place or a wait succeeds, and what they are not told of is refused."""

from uuid import UUID

import httpx
import pytest

from tests.service.enrolment.acting import CALLERS, Made, State, offered_to
from tests.service.enrolment.enrolment import AFTER, NOW, EnrolmentService, row
from tests.support.services import Client


async def held(enrolment: EnrolmentService, person: UUID) -> Made:
    return (await enrolment.enrol(await enrolment.cohort(), person)).json()["enrolment_id"], NOW


async def waited_for(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort(places=1)
    (holder,) = await enrolment.people(1)
    await enrolment.enrol(cohort, holder)
    return (await enrolment.wait_for(cohort, person)).json()["enrolment_id"], NOW


async def given_up(enrolment: EnrolmentService, person: UUID) -> Made:
    place, _ = await held(enrolment, person)
    await enrolment.withdraw(place)
    return place, NOW


async def completed(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort()
    session = (await enrolment.session(cohort))["session_id"]
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    await enrolment.register(session, [row(person, "live")])
    return place, AFTER


async def withdraw(caller: Client, enrolment: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/enrolments/{enrolment}/withdrawal", json={"reason": "workload"})


@pytest.mark.parametrize(
    ("state", "possible"),
    [(held, ["withdraw"]), (waited_for, ["withdraw"]), (given_up, []), (completed, [])],
    ids=lambda given: getattr(given, "__name__", ""),
)
async def test_what_is_offered_can_be_done_and_nothing_else(
    enrolment: EnrolmentService, state: State, possible: list[str]
) -> None:
    await enrolment.programme()

    async def offered(caller: Client, place: str) -> list[str]:
        """As both lists tell it; whoever sees neither is offered nothing."""
        cohort, person = await _where(enrolment, place)
        answers = [await caller.get(f"/v1/{of}/enrolments") for of in (f"cohorts/{cohort}", f"learners/{person}")]
        told = [_offered(answer, place) for answer in answers if answer.is_success]
        assert all(one == told[0] for one in told)
        return told[0] if told else []

    for caller in CALLERS:
        listed = await offered_to(enrolment, caller, state, {"withdraw": withdraw}, offered)
        assert listed == (possible if caller in {"learner", "programme_lead"} else []), caller


async def _where(enrolment: EnrolmentService, place: str) -> tuple[str, str]:
    found = await enrolment.value(
        "select cohort_id || ' ' || person_id from enrolment where enrolment_id = $1", UUID(place)
    )
    cohort, person = found.split()
    return cohort, person


def _offered(answer: httpx.Response, place: str) -> list[str]:
    return next(item for item in answer.json()["items"] if item["enrolment_id"] == place)["allowed_actions"]
