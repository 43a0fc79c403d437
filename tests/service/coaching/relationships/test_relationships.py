import asyncio
from uuid import UUID, uuid4

import httpx

from shared.contracts.coaching.relationships import CoachingInvited, CoachingRequested
from tests.service.coaching.builders import JANUARY, OCTOBER, catch_up, lead, moved_to, person, relationships
from tests.support.services import ServiceUnderTest, problem


async def ask(coaching: ServiceUnderTest, person_id: UUID, form: str = "mentoring") -> httpx.Response:
    body = {"person_id": str(person_id), "form": form}
    return await person(coaching, person_id).post("/v1/requests", json=body)


async def test_a_member_who_is_ready_soon_is_invited_to_mentoring(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    await coaching.receive(moved_to("ready_soon", person_id))
    [invited] = await coaching.announced(CoachingInvited)
    assert (invited.person_id, invited.form, invited.reason) == (person_id, "mentoring", "ready_soon")
    [relationship] = await relationships(coaching, person_id)
    assert relationship["state"] == "invited"
    assert relationship["relationship_id"] == str(invited.relationship_id)


async def test_any_other_readiness_invites_nobody(coaching: ServiceUnderTest) -> None:
    await coaching.receive(*(moved_to(r, uuid4()) for r in ("ready_now", "between", "not_yet_ready")))
    assert await coaching.announced() == []


async def test_an_invitation_delivered_twice_or_earned_again_is_one(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    delivered = await coaching.receive(
        moved_to("ready_soon", person_id), moved_to("between", person_id), moved_to("ready_soon", person_id)
    )
    await coaching.receive(*delivered)
    assert len(await coaching.announced(CoachingInvited)) == 1
    assert [r["state"] for r in await relationships(coaching, person_id)] == ["invited"]


async def test_who_moves_on_keeps_the_invitation_in_any_order_of_delivery(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    first = coaching.envelope(moved_to("ready_soon", person_id, OCTOBER), sequence=1)
    second = coaching.envelope(moved_to("ready_now", person_id, JANUARY), sequence=2)
    await coaching.receive(second)
    assert await relationships(coaching, person_id) == []
    await coaching.receive(first)
    assert await catch_up(coaching) == 2
    assert [r["state"] for r in await relationships(coaching, person_id)] == ["invited"]


async def test_an_invitation_becomes_the_request_and_goes_first(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    await coaching.receive(moved_to("ready_soon", person_id))
    [invited] = await coaching.announced(CoachingInvited)
    answer = await ask(coaching, person_id)
    assert answer.status_code == 201
    assert (answer.json()["prioritised"], answer.json()["reason"]) == (True, "invited")
    assert answer.json()["relationship_id"] == str(invited.relationship_id)
    [requested] = await coaching.announced(CoachingRequested)
    assert requested.relationship_id == invited.relationship_id
    assert (requested.prioritised, requested.reason) == (True, "invited")


async def test_an_invitation_to_mentoring_puts_no_coaching_first(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    await coaching.receive(moved_to("ready_soon", person_id))
    answer = await ask(coaching, person_id, "coaching")
    assert (answer.json()["prioritised"], answer.json()["reason"]) == (False, "none")
    assert sorted(r["state"] for r in await relationships(coaching, person_id)) == ["invited", "requested"]


async def test_one_open_request_of_a_form_for_one_person(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    assert (await ask(coaching, person_id)).status_code == 201
    assert problem(await ask(coaching, person_id)) == (409, "already_requested")
    assert (await ask(coaching, person_id, "coaching")).status_code == 201


async def test_who_asked_already_is_not_invited(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    await ask(coaching, person_id)
    await coaching.receive(moved_to("ready_soon", person_id))
    assert await coaching.announced(CoachingInvited) == []
    assert len(await relationships(coaching, person_id)) == 1


async def test_under_a_race_an_invitation_becomes_one_request(coaching: ServiceUnderTest) -> None:
    people = [uuid4() for _ in range(5)]
    await coaching.receive(*(moved_to("ready_soon", p) for p in people))
    answers = await asyncio.gather(*(ask(coaching, p) for p in people for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [201] * 5 + [409] * 25
    invited = {i.relationship_id for i in await coaching.announced(CoachingInvited)}
    requested = [r.relationship_id for r in await coaching.announced(CoachingRequested)]
    assert len(requested) == 5
    assert set(requested) == invited


async def test_under_a_race_of_invitation_and_request_there_is_one_relationship(
    coaching: ServiceUnderTest,
) -> None:
    people = [uuid4() for _ in range(10)]
    answers, _ = await asyncio.gather(
        asyncio.gather(*(ask(coaching, p) for p in people)),
        asyncio.gather(*(coaching.receive(moved_to("ready_soon", p)) for p in people)),
    )
    assert {a.status_code for a in answers} == {201}
    for person_id in people:
        [relationship] = await relationships(coaching, person_id)
        assert relationship["state"] == "requested"
        assert relationship["prioritised"] == (relationship["invited_at"] is not None)


async def test_the_same_key_is_one_request(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    body = {"person_id": str(person_id), "form": "coaching"}
    headers = {"Idempotency-Key": str(uuid4())}
    client = person(coaching, person_id)
    answers = await asyncio.gather(*(client.post("/v1/requests", json=body, headers=headers) for _ in range(5)))
    assert {(a.status_code, a.text) for a in answers} == {(201, answers[0].text)}
    assert len(await coaching.announced(CoachingRequested)) == 1


async def test_a_person_asks_for_themselves_and_a_lead_for_anyone(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    body = {"person_id": str(person_id), "form": "coaching"}
    other = coaching.as_("learner", person_id=uuid4())
    assert problem(await other.post("/v1/requests", json=body)) == (403, "not_yours")
    assert (await lead(coaching).post("/v1/requests", json=body)).status_code == 201


async def test_relationships_are_seen_by_the_person_and_the_region(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    relationship_id = (await ask(coaching, person_id)).json()["relationship_id"]
    path = f"/v1/relationships/{relationship_id}"
    assert (await person(coaching, person_id).get(path)).json()["person_id"] == str(person_id)
    assert (await coaching.as_("region").get(path)).status_code == 200
    stranger = coaching.as_("learner", person_id=uuid4())
    assert problem(await stranger.get(path)) == (404, "relationship_not_found")
    assert problem(await stranger.get(f"/v1/people/{person_id}/relationships"))[0] == 404
    assert problem(await coaching.as_("practitioner").get(path)) == (403, "role_missing")
    assert problem(await coaching.as_("region").get(f"/v1/relationships/{uuid4()}")) == (404, "relationship_not_found")
