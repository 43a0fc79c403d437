from typing import Any
from uuid import UUID, uuid4

from shared.postgres.database import Transaction
from tests.service.talent.builders import (
    JANUARY,
    OCTOBER,
    YEAR_END,
    a_member,
    attended,
    catch_up,
    completed,
    join,
    lead,
    missed,
    withdrawn,
)
from tests.support.services import ServiceUnderTest, problem


async def evidence_of(talent: ServiceUnderTest, person_id: UUID, query: str = "") -> Any:
    return (await lead(talent).get(f"/v1/members/{person_id}/evidence{query}")).json()


async def test_evidence_is_kept_in_the_order_it_became_known(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    await talent.receive(completed(person_id, JANUARY), attended(person_id, OCTOBER))
    items = (await evidence_of(talent, person_id))["items"]
    assert [(e["kind"], e["programme_code"]) for e in items] == [
        ("programme_completed", "CLS7"),
        ("session_attended", "CLS7"),
    ]


async def test_evidence_told_before_the_person_joins_is_there_when_they_do(talent: ServiceUnderTest) -> None:
    person_id = uuid4()
    await talent.receive(attended(person_id))
    assert problem(await lead(talent).get(f"/v1/members/{person_id}/evidence")) == (404, "member_not_found")
    assert (await lead(talent).put(f"/v1/members/{person_id}", json=a_member())).status_code == 201
    assert len((await evidence_of(talent, person_id))["items"]) == 1


async def test_an_event_delivered_twice_has_one_effect(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    delivered = await talent.receive(attended(person_id), completed(person_id))
    await talent.receive(*delivered)
    await talent.receive(*reversed(delivered))
    assert len((await evidence_of(talent, person_id))["items"]) == 2


async def test_a_later_event_that_comes_first_waits_for_the_one_before(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    first = talent.envelope(attended(person_id, OCTOBER), sequence=1)
    second = talent.envelope(completed(person_id, JANUARY), sequence=2)
    await talent.receive(second)
    assert (await evidence_of(talent, person_id))["items"] == []
    await talent.receive(first)
    assert await catch_up(talent) == 2
    assert len((await evidence_of(talent, person_id))["items"]) == 2


async def test_a_corrected_register_is_no_second_attendance(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    told = attended(person_id)
    await talent.receive(told, told.model_copy(update={"mode": "part", "minutes": 20}))
    assert len((await evidence_of(talent, person_id))["items"]) == 1


async def test_who_was_not_there_after_all_has_no_evidence_of_it(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    other_day, other = attended(person_id, OCTOBER.replace(day=6)), attended(person_id, programme="CLS8")
    somebody, told = attended(uuid4()), attended(person_id)
    await talent.receive(other_day, other, somebody, told, missed(told))
    found = (await evidence_of(talent, person_id))["items"]
    assert [(e["programme_code"], e["happened_at"][:10]) for e in found] == [
        ("CLS7", "2020-10-06"),
        ("CLS8", "2020-10-05"),
    ]
    assert await talent.db.read(lambda tx: tx.fetchval("select count(*) from evidence")) == 3

    await talent.receive(told)
    assert len((await evidence_of(talent, person_id))["items"]) == 3


async def test_an_absence_delivered_twice_or_before_the_attendance_it_corrects_has_one_effect(
    talent: ServiceUnderTest,
) -> None:
    person_id = await join(talent)
    told = attended(person_id)
    first = talent.envelope(told, sequence=1)
    second = talent.envelope(missed(told), sequence=2)
    third = talent.envelope(told, sequence=3)

    await talent.receive(second)
    await talent.receive(first)
    await catch_up(talent)
    assert await kinds(talent, person_id) == []
    await talent.receive(second, third, first, second)
    assert await kinds(talent, person_id) == ["session_attended"]


async def test_an_absence_takes_back_the_evidence_of_its_own_session_only(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    here, elsewhere = attended(person_id), attended(person_id)
    await talent.receive(here, missed(elsewhere))
    assert await kinds(talent, person_id) == ["session_attended"]
    await talent.receive(elsewhere, missed(here))
    assert await kinds(talent, person_id) == ["session_attended"]
    await talent.receive(missed(elsewhere))
    assert await kinds(talent, person_id) == []


async def test_attendance_kept_without_its_session_is_told_by_when_it_started(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    corrected, absent, other = (attended(person_id, OCTOBER.replace(day=day)) for day in (1, 2, 3))
    await talent.receive(corrected, absent, other)

    async def as_before(tx: Transaction) -> None:
        await tx.execute("update evidence set session_id = null")

    await talent.db.run(as_before)
    await talent.receive(corrected.model_copy(update={"mode": "part"}), corrected, missed(absent))
    found = (await evidence_of(talent, person_id))["items"]
    assert [e["happened_at"][:10] for e in found] == ["2020-10-01", "2020-10-03"]
    await talent.receive(missed(corrected))
    assert await kinds(talent, person_id) == ["session_attended"]


async def test_evidence_changes_no_judgement(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    before = len(await talent.announced())
    await talent.receive(*(attended(person_id, OCTOBER.replace(day=day)) for day in range(1, 20)))
    assert len(await talent.announced()) == before
    assert (await lead(talent).get(f"/v1/members/{person_id}")).json()["version"] == 1


async def test_evidence_is_read_in_pages_by_those_who_may_see_the_member(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    await talent.receive(*(attended(person_id, OCTOBER.replace(day=day)) for day in (3, 1, 2)))
    first = await evidence_of(talent, person_id, "?limit=2")
    second = await evidence_of(talent, person_id, f"?limit=2&after={first['next']}")
    days = [e["happened_at"][:10] for e in first["items"] + second["items"]]
    assert days == ["2020-10-03", "2020-10-01", "2020-10-02"]
    stranger = talent.as_("learner", person_id=uuid4())
    assert problem(await stranger.get(f"/v1/members/{person_id}/evidence")) == (404, "member_not_found")


async def test_a_page_goes_on_behind_evidence_that_was_taken_back(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    done = completed(person_id)
    await talent.receive(done, attended(person_id))
    first = await evidence_of(talent, person_id, "?limit=1")
    await talent.receive(withdrawn(done), attended(person_id, OCTOBER.replace(day=1)))
    second = await evidence_of(talent, person_id, f"?after={first['next']}")
    assert [e["happened_at"][:10] for e in second["items"]] == ["2020-10-05", "2020-10-01"]


async def kinds(talent: ServiceUnderTest, person_id: UUID) -> list[str]:
    return [e["kind"] for e in (await evidence_of(talent, person_id))["items"]]


async def test_a_completion_that_was_taken_back_is_no_evidence(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    done = completed(person_id)
    await talent.receive(attended(person_id), done, withdrawn(done))
    assert await kinds(talent, person_id) == ["session_attended"]

    await talent.receive(done.model_copy(update={"effective_at": YEAR_END}))
    assert await kinds(talent, person_id) == ["session_attended", "programme_completed"]


async def test_a_withdrawal_takes_back_only_what_its_own_completion_gave(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    once, again, other = completed(person_id, OCTOBER), completed(person_id), completed(person_id, programme="CLS8")
    await talent.receive(once, again, other, withdrawn(once))
    found = (await evidence_of(talent, person_id))["items"]
    assert [(e["programme_code"], e["happened_at"][:10]) for e in found] == [
        ("CLS7", "2021-01-15"),
        ("CLS8", "2021-01-15"),
    ]


async def test_a_withdrawal_delivered_twice_or_before_its_completion_has_one_effect(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    kept, done = completed(person_id, OCTOBER), completed(person_id)
    first = talent.envelope(kept, sequence=1)
    second = talent.envelope(done, sequence=2)
    third = talent.envelope(withdrawn(done), sequence=3)

    await talent.receive(third)
    await talent.receive(second)
    await talent.receive(first)
    await catch_up(talent)
    await talent.receive(third, second, first, third)

    assert await kinds(talent, person_id) == ["programme_completed"]


async def test_of_completions_kept_without_their_enrolment_the_latest_of_the_programme_goes(
    talent: ServiceUnderTest,
) -> None:
    person_id = await join(talent)
    early, late, other = completed(person_id, OCTOBER), completed(person_id), completed(person_id, programme="CLS8")
    await talent.receive(early, late, other)

    async def as_before(tx: Transaction) -> None:
        await tx.execute("update evidence set enrolment_id = null")

    await talent.db.run(as_before)
    await talent.receive(withdrawn(early))
    found = (await evidence_of(talent, person_id))["items"]
    assert [(e["programme_code"], e["happened_at"][:10]) for e in found] == [
        ("CLS7", "2020-10-05"),
        ("CLS8", "2021-01-15"),
    ]


async def test_two_completions_of_one_moment_are_two(talent: ServiceUnderTest) -> None:
    person_id = await join(talent)
    once, again = completed(person_id), completed(person_id)
    await talent.receive(once, again, withdrawn(once))
    assert await kinds(talent, person_id) == ["programme_completed"]
