"""A code that has ended stays in the records that name it: an edit is judged by what it changes."""

import pytest

from shared.ids import new_id
from shared.postgres.database import Transaction
from tests.service.talent.builders import OCTOBER, a_member, join, lead
from tests.support.services import ServiceUnderTest, problem

ENDED = [("system_area", "QGH"), ("professional_group", "COO"), ("service_type", "ACU")]


async def end(talent: ServiceUnderTest, table: str, code: str) -> None:
    async def ended(tx: Transaction) -> None:
        await tx.execute(f"update {table} set valid_to = $2 where code = $1", code, OCTOBER.date())

    await talent.db.run(ended)


@pytest.mark.parametrize(("table", "code"), ENDED)
async def test_a_record_is_edited_and_sent_once_more_though_a_code_of_it_has_ended(
    talent: ServiceUnderTest, table: str, code: str
) -> None:
    person = await join(talent)
    await end(talent, table, code)
    for _ in range(2):
        edited = a_member(email="a.bloom@example.nhs.uk")
        answer = await lead(talent).put(f"/v1/members/{person}", json=edited, headers={"If-Match": "*"})
        assert (answer.status_code, answer.headers.get("etag")) == (200, '"2"'), answer.text
    anew = await lead(talent).put(f"/v1/members/{new_id()}", json=a_member())
    assert problem(anew) == (422, "unknown_code")


async def test_a_code_that_an_edit_brings_in_is_one_in_force(talent: ServiceUnderTest) -> None:
    person = await join(talent)
    for code in ("QGH", "QHL"):
        await end(talent, "system_area", code)
    moved = a_member(system="QHL")
    answer = await lead(talent).put(f"/v1/members/{person}", json=moved, headers={"If-Match": "*"})
    assert problem(answer) == (422, "unknown_code")


async def test_what_takes_the_place_of_a_system_that_has_ended_is_named_first(talent: ServiceUnderTest) -> None:
    async def merged(tx: Transaction) -> None:
        await tx.execute("update system_area set valid_to = $1, successor = 'QHL' where code = 'QGH'", OCTOBER.date())

    await talent.db.run(merged)
    answer = await lead(talent).put(f"/v1/members/{new_id()}", json=a_member())
    assert [(e["pointer"], e["nearest"][0]["code"]) for e in answer.json()["errors"]] == [("#/system", "QHL")]
