"""People are found, not invented twice."""

import asyncio
from typing import Any

from shared.contracts.enrolment.contacts import ContactChanged
from shared.ids import new_id
from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.support.services import problem


async def found(enrolment: EnrolmentService, **wanted: str) -> list[str]:
    answer = await enrolment.lead().get("/v1/learners", params=wanted)
    assert answer.status_code == 200, answer.text
    return [person["person_id"] for person in answer.json()["items"]]


async def register(enrolment: EnrolmentService, key: str = "", **given: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await enrolment.lead().post("/v1/learners", json=a_learner(**given), headers=headers)


async def test_whoever_is_registered_gets_an_id_and_is_announced(enrolment: EnrolmentService) -> None:
    registered = await register(enrolment, key="one")
    again = await register(enrolment, key="one")

    assert (registered.status_code, registered.headers["etag"]) == (201, '"1"')
    assert again.json() == registered.json()
    (event,) = await enrolment.announced(ContactChanged)
    assert str(event.person_id) == registered.json()["person_id"]
    assert (await enrolment.lead().get(f"/v1/learners/{event.person_id}")).json() == registered.json()


async def test_who_is_known_under_the_address_is_named_and_not_invented_again(enrolment: EnrolmentService) -> None:
    known = (await register(enrolment)).json()["person_id"]

    again = await register(enrolment, name="A Patel", email="Asha.Patel@EXAMPLE.nhs.uk")

    assert (problem(again), again.json()["existing"]) == ((409, "learner_exists"), known)
    assert len(await enrolment.announced(ContactChanged)) == 1


async def registers_as(enrolment: EnrolmentService, name: str) -> str:
    """By somebody's own hand."""
    person = new_id()
    own = enrolment.as_("learner", person_id=str(person))
    assert (await own.put(f"/v1/learners/{person}", json=a_learner(name=name))).status_code == 201
    return str(person)


async def test_who_registered_themselves_is_named_to_people_and_not_registered_again(
    enrolment: EnrolmentService,
) -> None:
    asha = await registers_as(enrolment, "Asha Patel")

    again = await register(enrolment, email="Asha.Patel@EXAMPLE.nhs.uk")

    assert problem(again) == (409, "learner_may_exist")
    assert asha in again.json()["detail"]
    assert await enrolment.value("select count(*) from learner") == 1


async def test_who_writes_anothers_address_is_not_taken_for_them_and_keeps_nobody_out(
    enrolment: EnrolmentService,
) -> None:
    await registers_as(enrolment, "Mallory")
    asha = new_id()

    refused = await register(enrolment)
    put = await enrolment.lead().put(f"/v1/learners/{asha}", json=a_learner())
    again = await register(enrolment)

    assert problem(refused) == (409, "learner_may_exist")
    assert "existing" not in refused.json()
    assert put.status_code == 201
    assert (problem(again), again.json()["existing"]) == ((409, "learner_exists"), str(asha))


async def test_once_the_academy_stands_by_the_address_the_person_is_known_under_it(enrolment: EnrolmentService) -> None:
    asha = await registers_as(enrolment, "Asha Patel")
    assert problem(await register(enrolment)) == (409, "learner_may_exist")

    await enrolment.lead().put(f"/v1/learners/{asha}", json=a_learner(), headers={"If-Match": '"1"'})

    again = await register(enrolment)
    assert (problem(again), again.json()["existing"]) == ((409, "learner_exists"), asha)


async def test_two_who_register_one_person_at_once_make_one(enrolment: EnrolmentService) -> None:
    answers = await asyncio.gather(*(register(enrolment, name=f"Asha Patel {n}") for n in range(8)))

    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    (made,) = (a.json()["person_id"] for a in answers if a.status_code == 201)
    assert {a.json()["existing"] for a in answers if a.status_code == 409} == {made}
    assert await enrolment.value("select count(*) from learner") == 1


async def test_a_wrong_record_is_refused_and_leaves_nothing(enrolment: EnrolmentService) -> None:
    refused = await register(enrolment, band="99", organisation="XXX")

    assert problem(refused) == (422, "unknown_code")
    assert [e["pointer"] for e in refused.json()["errors"]] == ["#/band", "#/organisation"]
    assert await enrolment.value("select count(*) from learner") == 0


async def test_people_are_found_by_name_address_and_organisation(enrolment: EnrolmentService) -> None:
    asha = (await register(enrolment)).json()["person_id"]
    ben = (await register(enrolment, name="Ben Patel", email="ben@example.nhs.uk", organisation="QGH02")).json()[
        "person_id"
    ]

    assert await found(enrolment, name="patel") == sorted([asha, ben])
    assert await found(enrolment, email="ASHA.patel@example.nhs.uk") == [asha]
    assert await found(enrolment, organisation="QGH02") == [ben]
    assert await found(enrolment, name="patel", organisation="QGH02") == [ben]
    assert await found(enrolment, name="asha", organisation="QGH02") == []
    assert problem(await enrolment.lead().get("/v1/learners")) == (422, "search_empty")
