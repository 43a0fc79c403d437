"""Who is known under many addresses, by one call."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.ids import new_id
from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.support.services import problem

PLACE = "/v1/learners/holders"


async def held(enrolment: EnrolmentService, emails: Sequence[str]) -> list[dict[str, Any]]:
    answer = await enrolment.lead().get(PLACE, params={"email": list(emails)})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_everybody_under_an_address_is_found_whatever_its_case(enrolment: EnrolmentService) -> None:
    first, second, other = [str(new_id()) for _ in range(3)]
    known = {first: ("team", "Asha Patel"), second: ("Team", "Bo Li"), other: ("else", "Cleo Day")}
    rows = [a_learner(name=n) | {"person_id": i, "email": f"{e}@example.org"} for i, (e, n) in known.items()]
    await enrolment.lead().post("/v1/learners/batch", json={"learners": rows})
    found = await held(enrolment, ["TEAM@example.org", "nobody@example.org", "no address", "team@example.org"])
    assert [(one["person_id"], one["name"], one["email"]) for one in found] == [
        (first, "Asha Patel", "team@example.org"),
        (second, "Bo Li", "Team@example.org"),
    ]
    assert found[0].keys() == {"person_id", "name", "email", "system", "organisation"}


async def test_some_are_asked_for_and_a_hundred_at_most(enrolment: EnrolmentService) -> None:
    assert await held(enrolment, [f"nobody-{n}@example.org" for n in range(100)]) == []
    for emails in ([], [f"nobody-{n}@example.org" for n in range(101)], ["a" * 321]):
        assert problem(await enrolment.lead().get(PLACE, params={"email": emails}))[0] == 422


@pytest.mark.parametrize("role", ["learner", "system_lead", "region", "provider", "information_governance", "ops"])
async def test_it_is_for_those_who_register_people(enrolment: EnrolmentService, role: str) -> None:
    refused = await enrolment.as_(role).get(PLACE, params={"email": "team@example.org"})
    assert problem(refused) == (403, "role_missing")
