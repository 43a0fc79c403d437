"""Many people's names by one call, for whoever may see those people."""

from typing import Any
from uuid import UUID

import pytest

from shared.ids import new_id
from tests.service.enrolment.enrolment import EnrolmentService
from tests.support.services import Client, problem


async def named(caller: Client, *people: UUID) -> list[dict[str, Any]]:
    answer = await caller.get("/v1/learners/names", params={"id": [str(person) for person in people]})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def two_systems(enrolment: EnrolmentService) -> tuple[UUID, UUID]:
    (here,), (there,) = await enrolment.people(1), await enrolment.people(1, system="QHL", name="Bo Li")
    return here, there


@pytest.mark.parametrize("role", ["programme_lead", "region"])
async def test_leads_learn_what_everybody_is_called_and_nothing_else_of_them(
    enrolment: EnrolmentService, role: str
) -> None:
    here, there = await two_systems(enrolment)
    assert await named(enrolment.as_(role), there, here, new_id(), here) == [
        {"person_id": str(here), "name": "Asha Patel", "system": "QGH", "organisation": "QGH01"},
        {"person_id": str(there), "name": "Bo Li", "system": "QHL", "organisation": "QHL01"},
    ]


async def test_whom_a_caller_may_not_see_is_left_out(enrolment: EnrolmentService) -> None:
    here, there = await two_systems(enrolment)

    async def seen_by(*roles: str, **claims: Any) -> list[str]:
        return [item["person_id"] for item in await named(enrolment.as_(*roles, **claims), here, there)]

    assert await seen_by("system_lead", systems=["QHL"]) == [str(there)]
    assert await seen_by("system_lead", systems=[]) == []
    assert await seen_by("system_lead", person_id=here) == [str(here)]
    assert problem(await enrolment.as_("learner", person_id=here).get("/v1/learners/names")) == (403, "role_missing")


async def test_some_are_asked_for_and_a_hundred_at_most(enrolment: EnrolmentService) -> None:
    lead = enrolment.lead()
    assert await named(lead, *(new_id() for _ in range(100))) == []
    for ids in ([], [str(new_id()) for _ in range(101)], ["nobody"]):
        assert problem(await lead.get("/v1/learners/names", params={"id": ids}))[0] == 422
    assert problem(await lead.get("/v1/learners?name=as&name=bo")) == (400, "parameter_repeated")
