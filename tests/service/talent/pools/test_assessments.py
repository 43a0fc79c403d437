import asyncio
from datetime import date, timedelta
from uuid import uuid4

from shared.contracts.talent.members import PoolReadinessChanged
from tests.service.talent.builders import JANUARY, OCTOBER, a_judgement, assess, join, lead
from tests.support.services import ServiceUnderTest, problem


async def test_another_pool_is_announced_with_the_one_before(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    view = await assess(talent, person_id, 9)
    assert (view["readiness"], view["horizon_months"], view["valid_until"]) == ("ready_soon", 9, "2022-01-15")
    [changed] = await talent.announced(PoolReadinessChanged)
    assert (changed.previous, changed.current, changed.person_id) == ("not_yet_ready", "ready_soon", person_id)
    assert changed.valid_until == date(2022, 1, 15)


async def test_the_same_pool_is_not_announced_again(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    await assess(talent, person_id, 24)
    assert await talent.announced(PoolReadinessChanged) == []
    assert (await lead(talent).get(f"/v1/members/{person_id}")).json()["horizon_months"] == 24


async def test_an_assessment_of_an_earlier_day_is_history_only(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    body = a_judgement(0, on=date(2020, 9, 1))
    assert (await lead(talent, JANUARY).post(f"/v1/members/{person_id}/assessments", json=body)).status_code == 201
    assert await talent.announced(PoolReadinessChanged) == []
    assert (await lead(talent).get(f"/v1/members/{person_id}")).json()["readiness"] == "not_yet_ready"


async def test_a_correction_supersedes_and_leaves_the_history_as_it_was(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    next_day = OCTOBER + timedelta(days=1)
    answer = await lead(talent, next_day).post(f"/v1/members/{person_id}/assessments", json=a_judgement(6))
    assert answer.status_code == 201
    history = (await lead(talent).get(f"/v1/members/{person_id}/assessments")).json()["items"]
    assert [(a["horizon_months"], a["superseded_at"]) for a in history] == [
        (18, next_day.isoformat().replace("+00:00", "Z")),
        (6, None),
    ]


async def test_assessments_at_once_are_each_kept_and_announced_in_a_row(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    client = lead(talent, JANUARY)
    bodies = [a_judgement(months, on=JANUARY.date()) for months in (0, 6, 15, 18, 0, 6, 15, 18)]
    answers = await asyncio.gather(*(client.post(f"/v1/members/{person_id}/assessments", json=body) for body in bodies))
    assert {a.status_code for a in answers} == {201}
    history = (await client.get(f"/v1/members/{person_id}/assessments")).json()["items"]
    assert [a["version"] for a in history] == list(range(1, 10))
    changes = await talent.announced(PoolReadinessChanged)
    chain = ["not_yet_ready", *(c.current for c in changes)]
    assert [c.previous for c in changes] == chain[:-1]
    assert chain[-1] == history[-1]["readiness"]


async def test_the_same_key_is_one_assessment(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    headers = {"Idempotency-Key": str(uuid4())}
    client = lead(talent, JANUARY)
    answers = await asyncio.gather(
        *(client.post(f"/v1/members/{person_id}/assessments", json=a_judgement(6), headers=headers) for _ in range(4))
    )
    assert len({a.text for a in answers}) == 1
    assert len((await client.get(f"/v1/members/{person_id}/assessments")).json()["items"]) == 2


async def test_a_day_to_come_and_an_unknown_member_are_refused(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    ahead = a_judgement(6, on=date(2020, 10, 6))
    assert problem(await lead(talent).post(f"/v1/members/{person_id}/assessments", json=ahead)) == (
        422,
        "assessment_ahead",
    )
    unknown = await lead(talent).post(f"/v1/members/{uuid4()}/assessments", json=a_judgement(6))
    assert problem(unknown) == (404, "member_not_found")
    beyond = await lead(talent).post(f"/v1/members/{person_id}/assessments", json=a_judgement(30))
    assert problem(beyond) == (422, "not_in_the_pool")
