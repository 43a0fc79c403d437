"""A code that has ended stays in the records that name it: an edit is judged by what it changes."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.ids import new_id
from tests.service.enrolment.enrolment import NOW, EnrolmentService, a_learner
from tests.support.services import problem

ENDED = [("system_area", "QGH", "system"), ("band", "6", "band"), ("organisation", "QGH01", "organisation")]
"""Of a record's codes some: the table, the code, and the field that names it."""

ended = pytest.mark.parametrize(("table", "code", "field"), ENDED, ids=[field for *_, field in ENDED])


async def put(enrolment: EnrolmentService, person: UUID, **given: Any) -> httpx.Response:
    body = a_learner(**{"organisation": "QGH01"} | given)
    return await enrolment.lead().put(f"/v1/learners/{person}", json=body, headers={"If-Match": "*"})


async def entered(enrolment: EnrolmentService) -> UUID:
    person = new_id()
    assert (await enrolment.lead().put(f"/v1/learners/{person}", json=a_learner())).status_code == 201
    return person


async def end(enrolment: EnrolmentService, table: str, code: str) -> None:
    await enrolment.value(f"update {table} set valid_to = $2 where code = $1 returning 1", code, NOW.date())


@ended
async def test_a_record_is_edited_and_sent_once_more_though_a_code_of_it_has_ended(
    enrolment: EnrolmentService, table: str, code: str, field: str
) -> None:
    person = await entered(enrolment)
    await end(enrolment, table, code)
    for _ in range(2):
        answer = await put(enrolment, person, phone="0115 496 0100")
        assert (answer.status_code, answer.headers.get("etag")) == (200, '"2"'), answer.text
        assert answer.json()[field] == code


@ended
async def test_a_row_of_a_batch_that_says_what_is_stored_is_unchanged_and_a_new_one_is_refused(
    enrolment: EnrolmentService, table: str, code: str, field: str
) -> None:
    person, other = await entered(enrolment), new_id()
    await end(enrolment, table, code)
    rows = [a_learner(person_id=str(one)) for one in (other, person)]
    answer = await enrolment.lead().post("/v1/learners/batch", json={"learners": rows})
    new, known = answer.json()["learners"]
    assert (known["outcome"], new["outcome"], new["code"]) == ("unchanged", "refused", "unknown_code")
    assert [e["pointer"] for e in new["errors"]] == [f"#/learners/0/{field}"]


async def test_a_code_that_an_edit_brings_in_is_one_in_force(enrolment: EnrolmentService) -> None:
    person = await entered(enrolment)
    for table, code in (("band", "6"), ("band", "7"), ("system_area", "QGH")):
        await end(enrolment, table, code)
    answer = await put(enrolment, person, band="7", phone="0115 496 0100")
    assert problem(answer) == (422, "unknown_code")
    assert [e["pointer"] for e in answer.json()["errors"]] == ["#/band"]
    assert (await put(enrolment, person, band="8a")).status_code == 200
    assert problem(await put(enrolment, person, band="6")) == (422, "unknown_code")


async def test_what_takes_the_place_of_a_code_that_has_ended_is_named_first(enrolment: EnrolmentService) -> None:
    """Also of what took its place and has ended since."""
    for table, codes in (("system_area", ("QGH", "QJM", "QHL")), ("organisation", ("QGH01", "QJM01", "QHL01"))):
        for code, successor in pairwise(codes):
            await end(enrolment, table, code)
            await enrolment.value(f"update {table} set successor = $2 where code = $1 returning 1", code, successor)
    answer = await enrolment.lead().put(f"/v1/learners/{new_id()}", json=a_learner())
    nearest = {e["pointer"]: e["nearest"][0]["code"] for e in answer.json()["errors"]}
    assert nearest == {"#/system": "QHL", "#/organisation": "QHL01"}
