from typing import Any
from uuid import uuid4

from shared.ids import new_id
from shared.postgres.database import Transaction
from tests.service.coaching.builders import an_entry, catch_up, completed, lead, withdrawn
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


async def test_who_completed_nothing_after_all_is_no_candidate(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    done, coach = completed(person_id, "mentoring_skills"), completed(person_id, "ilm_5", "ILM5")
    await coaching.receive(done, coach, withdrawn(done))
    assert [c["kind"] for c in await candidates(coaching)] == ["coach"]

    await coaching.receive(done)
    assert {c["kind"] for c in await candidates(coaching)} == {"coach", "mentor"}


async def test_a_candidate_by_two_completions_stays_one_by_the_other(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    first, second = [completed(person_id, "mentoring_skills", code) for code in ("MENTOR", "MENTOR-SENIOR")]
    await coaching.receive(first, second, withdrawn(first))
    assert [c["programme_code"] for c in await candidates(coaching)] == ["MENTOR-SENIOR"]
    await coaching.receive(withdrawn(second))
    assert await candidates(coaching) == []


async def test_two_completions_of_one_programme_are_taken_back_one_by_one(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    first, second = [completed(person_id, "mentoring_skills") for _ in range(2)]
    await coaching.receive(first, second, withdrawn(second))
    assert len(await candidates(coaching)) == 1
    report = await coaching.as_("region").get("/v1/reports/register?audience=internal")
    assert {row["kind"]: row["people"] for row in report.json()["developed"]} == {"mentor": 1}


async def test_who_is_registered_stays_what_they_are(coaching: ServiceUnderTest) -> None:
    person_id = new_id()
    done = completed(person_id, "mentoring_skills")
    await coaching.receive(done)
    await lead(coaching).put(
        f"/v1/practitioners/{person_id}", json=an_entry("mentor", qualification="mentoring_skills")
    )

    await coaching.receive(withdrawn(done))

    assert [c["registered"] for c in await candidates(coaching)] == [True]
    assert (await lead(coaching).get(f"/v1/practitioners/{person_id}")).status_code == 200


async def test_a_withdrawal_delivered_twice_or_before_its_completion_has_one_effect(coaching: ServiceUnderTest) -> None:
    person_id = uuid4()
    kept, done = [completed(person_id, "mentoring_skills", code) for code in ("MENTOR", "MENTOR-SENIOR")]
    first = coaching.envelope(kept, sequence=1)
    second = coaching.envelope(done, sequence=2)
    third = coaching.envelope(withdrawn(done), sequence=3)

    await coaching.receive(third)
    await coaching.receive(second)
    await coaching.receive(first)
    await catch_up(coaching)
    await coaching.receive(third, second, first, third)

    assert [c["programme_code"] for c in await candidates(coaching)] == ["MENTOR"]


async def test_a_candidate_kept_without_the_enrolment_goes_with_a_completion_of_the_programme(
    coaching: ServiceUnderTest,
) -> None:
    old, both = uuid4(), uuid4()
    kept = [completed(person_id, "mentoring_skills") for person_id in (old, both)]
    await coaching.receive(*kept)

    async def as_before(tx: Transaction) -> None:
        await tx.execute("update candidate set enrolment_id = null")

    await coaching.db.run(as_before)
    known = completed(both, "mentoring_skills")
    await coaching.receive(known, withdrawn(known), withdrawn(kept[0].model_copy(update={"programme_code": "ILM5"})))
    assert {c["person_id"] for c in await candidates(coaching)} == {str(old), str(both)}

    await coaching.receive(withdrawn(kept[0]))
    assert {c["person_id"] for c in await candidates(coaching)} == {str(both)}
