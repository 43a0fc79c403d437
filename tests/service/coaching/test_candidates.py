from typing import Any
from uuid import uuid4

from shared.ids import new_id
from tests.service.coaching.builders import an_entry, catch_up, completed, lead
from tests.support.services import ServiceUnderTest, problem


async def candidates(coaching: ServiceUnderTest, query: str = "") -> list[dict[str, Any]]:
    return (await lead(coaching).get(f"/v1/candidates{query}")).json()["items"]


async def test_a_qualifying_award_makes_a_candidate(coaching: ServiceUnderTest) -> None:
    mentor, coach = uuid4(), uuid4()
    await coaching.receive(completed(mentor, "mentoring_skills"), completed(coach, "ilm_5", "ILM5"))
    found = {c["person_id"]: (c["kind"], c["award"], c["registered"]) for c in await candidates(coaching)}
    assert found == {
        str(mentor): ("mentor", "mentoring_skills", False),
        str(coach): ("coach", "ilm_5", False),
    }


async def test_no_other_award_does(coaching: ServiceUnderTest) -> None:
    await coaching.receive(*(completed(uuid4(), award) for award in (None, "ilm_3", "mary_seacole")))
    assert await candidates(coaching) == []


async def test_a_person_is_a_candidate_once_per_kind(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    delivered = await coaching.receive(
        completed(person_id, "mentoring_skills", "MENTOR"),
        completed(person_id, "mentoring_skills", "MENTOR-SENIOR"),
        completed(person_id, "ilm_5", "ILM5"),
    )
    await coaching.receive(*delivered)
    found = [(c["kind"], c["programme_code"]) for c in await candidates(coaching)]
    assert found == [("mentor", "MENTOR"), ("coach", "ILM5")]


async def test_completions_out_of_order_are_put_in_order(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    first = coaching.envelope(completed(person_id, "mentoring_skills", "MENTOR"), sequence=1)
    second = coaching.envelope(completed(person_id, "mentoring_skills", "MENTOR-SENIOR"), sequence=2)
    await coaching.receive(second)
    assert await candidates(coaching) == []
    await coaching.receive(first)
    assert await catch_up(coaching) == 2
    assert [c["programme_code"] for c in await candidates(coaching)] == ["MENTOR"]


async def test_who_joined_the_register_as_that_kind_is_marked_whichever_came_first(
    coaching: ServiceUnderTest,
) -> None:
    early, late, not_yet = new_id(), new_id(), new_id()
    mentor = an_entry("mentor", qualification="mentoring_skills")
    await lead(coaching).put(f"/v1/practitioners/{early}", json=mentor)
    await coaching.receive(*(completed(person_id, "mentoring_skills") for person_id in (early, late, not_yet)))
    await lead(coaching).put(f"/v1/practitioners/{late}", json=mentor)
    assert {c["person_id"] for c in await candidates(coaching, "?registered=true")} == {str(early), str(late)}
    assert [c["person_id"] for c in await candidates(coaching, "?registered=false")] == [str(not_yet)]


async def test_candidates_are_listed_by_kind_in_pages(coaching: ServiceUnderTest) -> None:
    people = [uuid4() for _ in range(3)]
    await coaching.receive(*(completed(p, "mentoring_skills") for p in people), completed(uuid4(), "ilm_5"))
    first = (await lead(coaching).get("/v1/candidates?kind=mentor&limit=2")).json()
    second = await candidates(coaching, f"?kind=mentor&limit=2&after={first['next']}")
    assert {c["person_id"] for c in first["items"] + second} == {str(p) for p in people}
    assert problem(await coaching.as_("learner").get("/v1/candidates")) == (403, "role_missing")
