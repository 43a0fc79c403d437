import asyncio
from uuid import uuid4

import pytest

from shared.contracts.coaching.contacts import ContactChanged
from shared.contracts.coaching.practitioners import PractitionerRegistered
from shared.ids import new_id
from tests.service.coaching.builders import an_entry, lead, register
from tests.support.services import ServiceUnderTest, problem


async def test_a_coach_enters_the_register(coaching: ServiceUnderTest) -> None:
    person_id = new_id()
    answer = await lead(coaching).put(f"/v1/practitioners/{person_id}", json=an_entry(system="QJM"))
    assert (answer.status_code, answer.headers["etag"], answer.json()["half"]) == (201, '"1"', "east")
    contact, registered = await coaching.announced()
    assert isinstance(contact, ContactChanged)
    assert isinstance(registered, PractitionerRegistered)
    assert (registered.kinds, registered.half, registered.origin) == (("coach",), "east", "added")


@pytest.mark.parametrize(("kind", "qualification"), [("coach", "ilm_3"), ("mentor", "ilm_5")])
async def test_who_is_not_qualified_does_not(coaching: ServiceUnderTest, kind: str, qualification: str) -> None:
    entry = an_entry(kind, qualification=qualification)
    assert problem(await lead(coaching).put(f"/v1/practitioners/{uuid4()}", json=entry)) == (409, "not_qualified")
    assert await coaching.announced() == []


async def test_a_coach_who_mentors_holds_both_qualifications(coaching: ServiceUnderTest) -> None:
    person_id = await register(coaching, "mentor", "coach", further_qualifications=["mentoring_skills"])
    view = (await lead(coaching).get(f"/v1/practitioners/{person_id}")).json()
    assert (view["kinds"], view["qualification"]) == (["coach", "mentor"], "ilm_5")
    assert view["further_qualifications"] == ["mentoring_skills"]


async def test_codes_nobody_listed_are_refused(coaching: ServiceUnderTest) -> None:
    for field in ("system", "qualification"):
        answer = await lead(coaching).put(f"/v1/practitioners/{uuid4()}", json=an_entry() | {field: "XXX"})
        assert problem(answer) == (422, "unknown_code")


async def test_the_same_told_again_changes_and_announces_nothing(coaching: ServiceUnderTest) -> None:
    person_id = new_id()
    client = lead(coaching)
    answers = await asyncio.gather(*(client.put(f"/v1/practitioners/{person_id}", json=an_entry()) for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    assert len(await coaching.announced()) == 2


async def test_an_edit_needs_the_version_it_edits(coaching: ServiceUnderTest) -> None:
    person_id = await register(coaching)
    path, client, edited = f"/v1/practitioners/{person_id}", lead(coaching), an_entry(capacity=1)
    assert problem(await client.put(path, json=edited)) == (428, "if_match_missing")
    assert problem(await client.put(path, json=edited, headers={"If-Match": '"4"'})) == (412, "stale_etag")
    answer = await client.put(path, json=edited, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"], answer.json()["capacity"]) == (200, '"2"', 1)
    assert len(await coaching.announced()) == 2


async def test_an_edit_announces_what_changed_of_it(coaching: ServiceUnderTest) -> None:
    person_id = await register(coaching)
    path, client = f"/v1/practitioners/{person_id}", lead(coaching)
    await client.put(path, json=an_entry(email="c.reid@example.nhs.uk"), headers={"If-Match": '"1"'})
    moved = an_entry(email="c.reid@example.nhs.uk", system="QJM")
    await client.put(path, json=moved, headers={"If-Match": '"2"'})
    assert [c.email for c in await coaching.announced(ContactChanged)] == [
        "colm.reid@example.nhs.uk",
        "c.reid@example.nhs.uk",
    ]
    assert [p.half for p in await coaching.announced(PractitionerRegistered)] == ["west", "east"]


async def test_practitioners_read_their_own_entry_only(coaching: ServiceUnderTest) -> None:
    own, other = await register(coaching), await register(coaching)
    client = coaching.as_("practitioner", person_id=own)
    assert (await client.get(f"/v1/practitioners/{own}")).status_code == 200
    assert problem(await client.get(f"/v1/practitioners/{other}")) == (404, "practitioner_not_found")
    assert problem(await client.get("/v1/practitioners")) == (403, "role_missing")


async def test_the_register_is_listed_by_kind_and_system_in_pages(coaching: ServiceUnderTest) -> None:
    coaches = sorted([str(await register(coaching)) for _ in range(3)])
    await register(coaching, "mentor", qualification="mentoring_skills")
    await register(coaching, system="QJM")
    client = coaching.as_("region")
    first = (await client.get("/v1/practitioners?kind=coach&system=QGH&limit=2")).json()
    second = (await client.get(f"/v1/practitioners?kind=coach&system=QGH&limit=2&after={first['next']}")).json()
    assert [p["person_id"] for p in first["items"] + second["items"]] == coaches
    assert second["next"] is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "<c@example.nhs.uk>", "email_unusable"),
        ("name", "Chris\u202eLee", "name_unusable"),
        ("name", "x" * 201, "name_unusable"),
        ("qualification", "\x00", "code_unusable"),
        ("capacity", True, "int_type"),
    ],
)
async def test_what_cannot_be_an_entry_is_refused_at_the_door(
    coaching: ServiceUnderTest, field: str, value: object, code: str
) -> None:
    answer = await lead(coaching).put(f"/v1/practitioners/{new_id()}", json=an_entry() | {field: value})
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"#/{field}", code)]
    assert await coaching.announced() == []
