"""A code that has ended stays in the entries that name it: an edit is judged by what it changes."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.ids import new_id
from shared.postgres.database import Transaction
from tests.service.coaching.builders import OCTOBER, an_entry, lead, register
from tests.support.services import ServiceUnderTest, problem

ENDED = [("qualification", "ilm_5"), ("system_area", "QGH")]


async def put(coaching: ServiceUnderTest, person: UUID, *kinds: str, **given: Any) -> httpx.Response:
    return await lead(coaching).put(
        f"/v1/practitioners/{person}", json=an_entry(*kinds, **given), headers={"If-Match": "*"}
    )


async def end(coaching: ServiceUnderTest, table: str, code: str) -> None:
    async def ended(tx: Transaction) -> None:
        await tx.execute(f"update {table} set valid_to = $2 where code = $1", code, OCTOBER.date())

    await coaching.db.run(ended)


@pytest.mark.parametrize(("table", "code"), ENDED)
async def test_an_entry_is_edited_and_sent_once_more_though_a_code_of_it_has_ended(
    coaching: ServiceUnderTest, table: str, code: str
) -> None:
    person = await register(coaching)
    await end(coaching, table, code)
    for _ in range(2):
        answer = await put(coaching, person, capacity=1)
        assert (answer.status_code, answer.headers.get("etag")) == (200, '"2"'), answer.text
        assert (answer.json()["half"], answer.json()["capacity"]) == ("west", 1)
    anew = await lead(coaching).put(f"/v1/practitioners/{new_id()}", json=an_entry())
    assert problem(anew) == (422, "unknown_code")


async def test_a_coach_whose_qualification_has_ended_qualifies_as_a_mentor_beside_it(
    coaching: ServiceUnderTest,
) -> None:
    person = await register(coaching)
    await end(coaching, "qualification", "ilm_5")
    assert problem(await put(coaching, person, "coach", "mentor")) == (409, "not_qualified")
    both = await put(coaching, person, "coach", "mentor", further_qualifications=["mentoring_skills"])
    assert (both.status_code, both.json()["kinds"]) == (200, ["coach", "mentor"])


async def test_a_kind_does_not_outlive_the_qualification_it_was_given_for(coaching: ServiceUnderTest) -> None:
    person = await register(coaching)
    await end(coaching, "qualification", "ilm_5")
    changed = await put(coaching, person, qualification="mentoring_skills")
    assert problem(changed) == (409, "not_qualified")


async def test_what_takes_the_place_of_a_system_that_has_ended_is_named_first(coaching: ServiceUnderTest) -> None:
    async def merged(tx: Transaction) -> None:
        await tx.execute("update system_area set valid_to = $1, successor = 'QHL' where code = 'QGH'", OCTOBER.date())

    await coaching.db.run(merged)
    answer = await lead(coaching).put(f"/v1/practitioners/{new_id()}", json=an_entry())
    assert [(e["pointer"], e["nearest"][0]["code"]) for e in answer.json()["errors"]] == [("#/system", "QHL")]
