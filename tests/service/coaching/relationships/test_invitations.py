"""Only who is judged ready soon is invited: that there was an invitation is seen by the person and by nobody else."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.service.coaching.builders import JANUARY, moved_to, person, relationships
from tests.support.services import Client, ServiceUnderTest, problem

STAFF = ("programme_lead", "region")
every_staff = pytest.mark.parametrize("role", STAFF)
OF_NO_INVITATION = {"invited_for": None, "invited_at": None, "prioritised": None, "reason": None}


async def an_invited_person(coaching: ServiceUnderTest) -> UUID:
    person_id = uuid4()
    await coaching.receive(moved_to("ready_soon", person_id))
    return person_id


async def ask(caller: Client, person_id: UUID, key: str = "") -> httpx.Response:
    body = {"person_id": str(person_id), "form": "mentoring"}
    return await caller.post("/v1/requests", json=body, headers={"Idempotency-Key": key or str(uuid4())})


async def seen_by(caller: Client, person_id: UUID) -> list[dict[str, Any]]:
    return (await caller.get(f"/v1/people/{person_id}/relationships")).raise_for_status().json()["items"]


def shape(record: dict[str, Any]) -> dict[str, Any]:
    """All that is alike of two people who asked at one moment."""
    return {name: value for name, value in record.items() if name not in {"relationship_id", "person_id"}}


@every_staff
async def test_an_invitation_nobody_took_up_does_not_exist_for_staff(coaching: ServiceUnderTest, role: str) -> None:
    person_id, nobody = await an_invited_person(coaching), uuid4()
    [own] = await relationships(coaching, person_id)
    staff = coaching.as_(role, person_id=uuid4())
    assert (own["state"], own["invited_for"]) == ("invited", "ready_soon")
    assert await seen_by(staff, person_id) == await seen_by(staff, nobody) == []
    hidden = await staff.get(f"/v1/relationships/{own['relationship_id']}")
    unknown = await staff.get(f"/v1/relationships/{uuid4()}")
    assert problem(hidden) == problem(unknown) == (404, "relationship_not_found")
    assert hidden.json()["detail"] == unknown.json()["detail"]


@every_staff
async def test_a_request_looks_the_same_to_staff_whether_or_not_it_was_an_invitation(
    coaching: ServiceUnderTest, role: str
) -> None:
    invited, uninvited = await an_invited_person(coaching), uuid4()
    for person_id in (invited, uninvited):
        await ask(person(coaching, person_id), person_id)
    staff = coaching.as_(role)
    [one], [other] = await seen_by(staff, invited), await seen_by(staff, uninvited)
    assert shape(one) == shape(other)
    assert OF_NO_INVITATION.items() <= one.items()
    assert (await staff.get(f"/v1/relationships/{one['relationship_id']}")).json() == one
    [own] = await relationships(coaching, invited)
    assert (own["invited_for"], own["prioritised"], own["reason"]) == ("ready_soon", True, "invited")


async def test_a_lead_who_asks_for_somebody_learns_of_no_invitation_first_or_again(coaching: ServiceUnderTest) -> None:
    invited, uninvited = await an_invited_person(coaching), uuid4()
    lead, keys = coaching.as_("programme_lead", at=JANUARY), {invited: str(uuid4()), uninvited: str(uuid4())}
    for again in (False, True):
        one, other = [await ask(lead, person_id, keys[person_id]) for person_id in (invited, uninvited)]
        assert (one.status_code, shape(one.json())) == (other.status_code, shape(other.json())), again
        assert OF_NO_INVITATION.items() <= one.json().items()
    refused = [await ask(lead, person_id) for person_id in (invited, uninvited)]
    assert {(*problem(answer), answer.json()["detail"]) for answer in refused} == {
        (409, "already_requested", "this person has an open request for mentoring already")
    }


async def test_a_lead_who_was_invited_sees_the_own_invitation(coaching: ServiceUnderTest) -> None:
    invited = await an_invited_person(coaching)
    lead = coaching.as_("programme_lead", person_id=invited)
    assert [r["invited_for"] for r in await seen_by(lead, invited)] == ["ready_soon"]
    assert (await ask(lead, invited)).json()["reason"] == "invited"


async def test_no_id_tells_when_it_was_made(coaching: ServiceUnderTest) -> None:
    """A request under an id of the day of the invitation would tell that there was one."""
    invited, uninvited = await an_invited_person(coaching), uuid4()
    answers = [await ask(person(coaching, person_id), person_id) for person_id in (invited, uninvited)]
    assert [UUID(answer.json()["relationship_id"]).version for answer in answers] == [4, 4]
