import asyncio
from uuid import uuid4

import pytest

from shared.contracts.talent.contacts import ContactChanged
from shared.contracts.talent.members import PoolMemberJoined, PoolReadinessChanged
from shared.ids import new_id
from tests.service.talent.builders import JANUARY, OCTOBER, a_member, assess, join, lead
from tests.support.services import ServiceUnderTest, problem


async def test_a_person_joins_with_a_first_judgement(talent: ServiceUnderTest) -> None:
    person_id = new_id()
    answer = await lead(talent).put(f"/v1/members/{person_id}", json=a_member(9))
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert answer.json()["readiness"] == "ready_soon"
    assert answer.json()["valid_until"] == "2021-10-05"
    contact, joined = await talent.announced()
    assert isinstance(contact, ContactChanged)
    assert contact.email == "asha.bloom@example.nhs.uk"
    assert isinstance(joined, PoolMemberJoined)
    assert (joined.person_id, joined.current, joined.horizon_months) == (person_id, "ready_soon", 9)


async def test_the_same_told_again_changes_and_announces_nothing(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    again = await lead(talent).put(f"/v1/members/{person_id}", json=a_member(18))
    assert (again.status_code, again.headers["etag"]) == (200, '"1"')
    assert len(await talent.announced()) == 2


async def test_joining_told_again_after_a_later_assessment_changes_nothing(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    await assess(talent, person_id, 6)
    again = await lead(talent, JANUARY).put(f"/v1/members/{person_id}", json=a_member(18))
    assert (again.status_code, again.json()["readiness"]) == (200, "ready_soon")


async def test_people_who_join_at_once_join_once(talent: ServiceUnderTest) -> None:
    person_id = new_id()
    client = lead(talent)
    answers = await asyncio.gather(*(client.put(f"/v1/members/{person_id}", json=a_member()) for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    assert len(await talent.announced(PoolMemberJoined)) == 1


async def test_an_edit_needs_the_version_it_edits(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    edited = a_member(name="Asha Bloom-Lee")
    client = lead(talent, JANUARY)
    assert problem(await client.put(f"/v1/members/{person_id}", json=edited)) == (428, "if_match_missing")
    stale = await client.put(f"/v1/members/{person_id}", json=edited, headers={"If-Match": '"7"'})
    assert problem(stale) == (412, "stale_etag")
    answer = await client.put(f"/v1/members/{person_id}", json=edited, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert [c.name for c in await talent.announced(ContactChanged)] == ["Asha Bloom", "Asha Bloom-Lee"]


async def test_a_new_position_announces_no_contact(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    answer = await lead(talent).put(
        f"/v1/members/{person_id}", json=a_member(system="QHL"), headers={"If-Match": '"1"'}
    )
    assert answer.json()["system"] == "QHL"
    assert len(await talent.announced()) == 2


async def test_an_edit_carries_no_new_judgement(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    answer = await lead(talent).put(f"/v1/members/{person_id}", json=a_member(0), headers={"If-Match": '"1"'})
    assert problem(answer) == (409, "judgement_not_recorded")
    assert await talent.announced(PoolReadinessChanged) == []


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"7"'}], ids=["no version", "another version"])
async def test_that_a_judgement_is_new_is_told_before_which_version_is_edited(
    talent: ServiceUnderTest, headers: dict[str, str]
) -> None:
    """Whoever reads the record again would still be refused."""
    person_id = await join(talent, 18)
    answer = await lead(talent).put(f"/v1/members/{person_id}", json=a_member(0), headers=headers)
    assert problem(answer) == (409, "judgement_not_recorded")


async def test_who_is_ready_in_25_months_is_in_no_pool(talent: ServiceUnderTest) -> None:
    answer = await lead(talent).put(f"/v1/members/{uuid4()}", json=a_member(25))
    assert problem(answer) == (422, "not_in_the_pool")


async def test_a_code_nobody_listed_is_refused(talent: ServiceUnderTest) -> None:
    for field in ("system", "professional_group", "service_type"):
        answer = await lead(talent).put(f"/v1/members/{uuid4()}", json=a_member() | {field: "XXX"})
        assert problem(answer) == (422, "unknown_code")


async def test_a_member_reads_their_own_record_only(talent: ServiceUnderTest) -> None:
    person_id, other = await join(talent), await join(talent)
    client = talent.as_("learner", person_id=person_id)
    assert (await client.get(f"/v1/members/{person_id}")).json()["person_id"] == str(person_id)
    assert problem(await client.get(f"/v1/members/{other}")) == (404, "member_not_found")


async def test_a_system_lead_sees_the_members_of_the_own_system_only(talent: ServiceUnderTest) -> None:
    near, far = await join(talent), await join(talent, system="QHL")
    client = talent.as_("system_lead", systems=["QGH"])
    assert (await client.get(f"/v1/members/{near}")).status_code == 200
    assert problem(await client.get(f"/v1/members/{far}")) == (404, "member_not_found")
    assert [m["person_id"] for m in (await client.get("/v1/members")).json()["items"]] == [str(near)]
    assert (await client.get("/v1/members?system=QHL")).json()["items"] == []


async def test_judgements_are_not_for_everybody(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    for role in ("region", "programme_lead", "manager", "provider", "ops", "board_member", "service"):
        assert problem(await talent.as_(role).get(f"/v1/members/{person_id}")) == (403, "role_missing")
        assert problem(await talent.as_(role).get("/v1/members")) == (403, "role_missing")


async def test_members_are_listed_by_system_and_readiness_in_pages(talent: ServiceUnderTest) -> None:
    soon = sorted([str(await join(talent, 6)) for _ in range(3)])
    await join(talent, 0)
    client = talent.as_("talent_lead")
    first = (await client.get("/v1/members?readiness=ready_soon&limit=2")).json()
    second = await client.get(f"/v1/members?readiness=ready_soon&limit=2&after={first['next']}")
    assert [m["person_id"] for m in first["items"] + second.json()["items"]] == soon
    assert second.json()["next"] is None
    assert "link" not in second.headers
    assert problem(await client.get("/v1/members?after=x")) == (400, "cursor_unusable")


async def test_the_clock_marks_a_judgement_as_expired_and_changes_nothing_else(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 6)
    before = (await lead(talent).get(f"/v1/members/{person_id}")).json()
    await talent.clock.advance_to(OCTOBER.replace(year=2022))
    after = (await lead(talent, OCTOBER.replace(year=2022)).get(f"/v1/members/{person_id}")).json()
    assert (before["expired"], after["expired"]) == (False, True)
    assert after["readiness"] == before["readiness"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "asha..bloom@example.nhs.uk", "email_unusable"),
        ("email", "asha@example.nhs.uk|bo@example.nhs.uk", "email_unusable"),
        ("name", "Asha\x00Bloom", "name_unusable"),
        ("name", "\u3164", "name_unusable"),
        ("assessed_on", "9999-12-31", "day_unusable"),
        ("assessed_on", 20_000, "date_type"),
        ("horizon_months", "9", "int_type"),
        ("system", "\x00", "code_unusable"),
    ],
)
async def test_what_cannot_be_a_members_record_is_refused_at_the_door(
    talent: ServiceUnderTest, field: str, value: object, code: str
) -> None:
    answer = await lead(talent).put(f"/v1/members/{new_id()}", json=a_member() | {field: value})
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"#/{field}", code)]
    assert await talent.announced() == []


async def test_a_domain_of_other_letters_is_kept_in_punycode(talent: ServiceUnderTest) -> None:
    await lead(talent).put(f"/v1/members/{new_id()}", json=a_member(email="jo@m\u00fcnchen.de"))
    assert [c.email for c in await talent.announced(ContactChanged)] == ["jo@xn--mnchen-3ya.de"]
