"""Who looks for a place learns whether there is one, and not how many people hold one or wait."""

import re
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from shared.web.principal import ROLES
from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.support.services import Client, problem

NUMBERS = ("seats", "places", "places_taken", "free", "waiting", "licences")
PLANNERS = ("programme_lead", "region")
OTHERS = sorted(set(ROLES) - {*PLANNERS, "provider"})
NONE = dict.fromkeys(NUMBERS)


async def a_cohort_waited_for(enrolment: EnrolmentService, **given: Any) -> str:
    """Seven places held, two people waiting."""
    await enrolment.programme()
    cohort = await enrolment.cohort(places=7, licences=9, **given)
    for person in await enrolment.people(7):
        await enrolment.enrol(cohort, person)
    for person in await enrolment.people(2):
        await enrolment.wait_for(cohort, person)
    return cohort


async def told(caller: Client, cohort: str) -> list[dict[str, Any]]:
    """Of the cohort, by itself and in the list."""
    listed = (await caller.get("/v1/cohorts")).json()["items"]
    return [(await caller.get(f"/v1/cohorts/{cohort}")).json(), *(c for c in listed if c["cohort_id"] == cohort)]


def numbers(seen: dict[str, Any]) -> dict[str, Any]:
    return {name: seen[name] for name in NUMBERS}


@pytest.mark.parametrize("role", PLANNERS)
async def test_those_who_plan_know_the_numbers(enrolment: EnrolmentService, role: str) -> None:
    cohort = await a_cohort_waited_for(enrolment)
    both = await told(enrolment.as_(role), cohort)
    known = {"seats": 7, "places": 7, "places_taken": 7, "free": 0, "waiting": 2, "licences": 9}
    assert [numbers(seen) for seen in both] == [known, known]


async def test_everybody_else_knows_how_it_stands_and_no_number(enrolment: EnrolmentService) -> None:
    cohort = await a_cohort_waited_for(enrolment)
    for role in OTHERS:
        both = await told(enrolment.as_(role, systems=["QGH"], organisation="Northfield Learning"), cohort)
        assert [(seen["availability"], numbers(seen)) for seen in both] == [("waiting", NONE)] * 2, role


async def test_a_provider_knows_the_numbers_of_the_own_programmes_only(enrolment: EnrolmentService) -> None:
    own = await a_cohort_waited_for(enrolment)
    await enrolment.programme("OTHER", provider="Somebody else")
    foreign = await enrolment.cohort(programme="OTHER")
    provider = enrolment.as_("provider", organisation="Northfield Learning")

    assert [seen["places_taken"] for seen in await told(provider, own)] == [7, 7]
    assert [numbers(seen) for seen in await told(provider, foreign)] == [NONE, NONE]
    assert [numbers(seen) for seen in await told(enrolment.as_("provider"), own)] == [NONE, NONE]


async def test_how_it_stands_follows_places_and_waits_and_the_etag_follows_neither(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=2)
    reader, seen, tags = enrolment.as_("learner"), list[str](), set[str]()

    async def look() -> None:
        answer = await reader.get(f"/v1/cohorts/{cohort}")
        seen.append(answer.json()["availability"])
        tags.add(answer.headers["ETag"])

    await look()
    for person in await enrolment.people(2):
        await enrolment.enrol(cohort, person)
        await look()
    (waits,) = await enrolment.people(1)
    await enrolment.wait_for(cohort, waits)
    await look()

    assert seen == ["open", "few_left", "full", "waiting"]
    assert tags == {'"1"'}


async def test_no_refusal_tells_a_number_of_people_or_places(enrolment: EnrolmentService) -> None:
    full = await a_cohort_waited_for(enrolment)
    free = await enrolment.cohort(places=7, licences=9)
    (person,) = await enrolment.people(1)
    learner = enrolment.as_("learner", person_id=person)
    await enrolment.it_is(NOW)

    async def ask(path: str) -> httpx.Response:
        return await learner.post(path, json={"person_id": str(person)})

    refused = [
        await ask(f"/v1/cohorts/{full}/enrolments"),
        await ask(f"/v1/cohorts/{free}/waiting-list"),
        await ask(f"/v1/cohorts/{new_id()}/enrolments"),
    ]

    assert [problem(answer)[1] for answer in refused] == ["cohort_full", "cohort_not_full", "cohort_not_found"]
    assert not [answer.json()["detail"] for answer in refused if re.search(r"\d", answer.json()["detail"])]
