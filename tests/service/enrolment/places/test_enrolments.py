from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.enrolment.learners import EnrolmentWithdrawn, LearnerEnrolled, LearnerWaitlisted
from shared.ids import new_id
from tests.service.enrolment.enrolment import NOW, OPENS, SESSION, EnrolmentService
from tests.support.services import problem


async def test_an_enrolment_announces_the_post_it_was_given_under(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1, system="QUA", staff_group="MED", profession="GP", band="MD")

    answer = await enrolment.enrol(cohort, person)

    assert (answer.status_code, answer.json()["state"]) == (201, "enrolled")
    (event,) = await enrolment.announced(LearnerEnrolled)
    assert (event.person_id, event.system, event.staff_group, event.previous) == (person, "QUA", "MED", "none")
    assert (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["places_taken"] == 1


async def test_who_holds_a_place_or_waits_is_told_so(enrolment: EnrolmentService) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    (person,) = await enrolment.people(1)
    assert problem(await enrolment.enrol(cohort, person)) == (409, "cohort_full")
    await enrolment.wait_for(cohort, person)

    assert problem(await enrolment.wait_for(cohort, person)) == (409, "already_waiting")
    assert problem(await enrolment.enrol(cohort, person)) == (409, "already_waiting")


async def test_one_person_holds_one_place(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)

    assert problem(await enrolment.enrol(cohort, person)) == (409, "already_enrolled")
    assert len(await enrolment.announced(LearnerEnrolled)) == 1


async def test_enrolment_has_its_time(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(closes_at=SESSION.isoformat())
    (person,) = await enrolment.people(1)

    early = await enrolment.enrol(cohort, person, at=OPENS - timedelta(seconds=1))
    late = await enrolment.enrol(cohort, person, at=SESSION)

    assert (problem(early), problem(late)) == ((409, "cohort_not_open_yet"), (409, "cohort_closed"))


async def test_unknown_cohorts_and_people_are_not_found(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)

    assert problem(await enrolment.enrol(str(new_id()), person)) == (404, "cohort_not_found")
    assert problem(await enrolment.enrol(cohort, new_id())) == (404, "learner_not_found")


async def test_the_waiting_list_is_for_full_cohorts_and_tells_rank_and_rule(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    open_cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)
    assert problem(await enrolment.wait_for(open_cohort, person)) == (409, "cohort_not_full")

    cohort, _ = await enrolment.full_cohort(1)
    answers = [await enrolment.wait_for(cohort, p) for p in await enrolment.people(2)]

    assert [(a.status_code, a.json()["rank"], a.json()["rule"]) for a in answers] == [
        (201, 1, "first_come"),
        (201, 2, "first_come"),
    ]
    assert [e.rank for e in await enrolment.announced(LearnerWaitlisted)] == [1, 2]


async def test_a_freed_place_goes_to_who_waits_longest_with_rule_and_reason(enrolment: EnrolmentService) -> None:
    cohort, (held,) = await enrolment.full_cohort(1)
    first, second = await enrolment.people(2)
    await enrolment.wait_for(cohort, first)
    await enrolment.wait_for(cohort, second)

    answer = await enrolment.withdraw(held)

    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    promoted = (await enrolment.announced(LearnerEnrolled))[-1]
    assert (promoted.person_id, promoted.previous) == (first, "waitlisted")
    numbers = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()
    assert (numbers["places_taken"], numbers["waiting"]) == (1, 1)
    why = await enrolment.value("select rule || ': ' || reason from promotion where freed_by = $1", held)
    assert why.startswith("first_come: ticket 1, joined the list 2020-09-14")


async def test_a_promoted_person_enrols_under_the_post_held_by_then(enrolment: EnrolmentService) -> None:
    cohort, (held,) = await enrolment.full_cohort(1)
    (waiting,) = await enrolment.people(1, system="QGH")
    await enrolment.wait_for(cohort, waiting)
    record = (await enrolment.lead().get(f"/v1/learners/{waiting}")).json()
    moved = {k: v for k, v in record.items() if k not in {"person_id", "version"}}
    moved |= {"system": "QWU", "organisation": "QWU01"}
    await enrolment.lead().put(f"/v1/learners/{waiting}", json=moved, headers={"If-Match": '"1"'})

    await enrolment.withdraw(held)

    assert (await enrolment.announced(LearnerEnrolled))[-1].system == "QWU"


async def test_who_leaves_the_waiting_list_frees_no_place(enrolment: EnrolmentService) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    (person,) = await enrolment.people(1)
    waiting = (await enrolment.wait_for(cohort, person)).json()["enrolment_id"]

    await enrolment.withdraw(waiting)

    (event,) = await enrolment.announced(EnrolmentWithdrawn)
    assert (event.previous, event.late) == ("waitlisted", False)
    numbers = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()
    assert (numbers["places_taken"], numbers["waiting"]) == (1, 0)


async def test_nobody_is_promoted_once_the_cohort_has_started(enrolment: EnrolmentService) -> None:
    cohort, (held,) = await enrolment.full_cohort(1)
    await enrolment.session(cohort)
    waiting, late = await enrolment.people(2)
    await enrolment.wait_for(cohort, waiting)

    await enrolment.withdraw(held, at=SESSION)

    assert [e.previous for e in await enrolment.announced(LearnerEnrolled)] == ["none"]
    numbers = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()
    assert (numbers["places_taken"], numbers["waiting"]) == (0, 1)
    assert problem(await enrolment.wait_for(cohort, late, at=SESSION)) == (409, "cohort_started")


async def test_a_withdrawal_within_five_working_days_is_late(enrolment: EnrolmentService) -> None:
    cohort, (early, late) = await enrolment.full_cohort(2)
    await enrolment.session(cohort)  # a Monday: the fifth working day before is Monday 5 October

    await enrolment.withdraw(early, at=datetime(2020, 10, 5, 22, 59, tzinfo=UTC))
    await enrolment.withdraw(late, at=datetime(2020, 10, 5, 23, 0, tzinfo=UTC))  # midnight in London

    assert [e.late for e in await enrolment.announced(EnrolmentWithdrawn)] == [False, True]


@pytest.mark.parametrize("year", [2020, 2021])
async def test_bank_holidays_are_no_working_days(enrolment: EnrolmentService, *, year: int) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=2, withdrawal_cutoff_days=2)
    people = await enrolment.people(2)
    held = [(await enrolment.enrol(cohort, p)).json()["enrolment_id"] for p in people]
    await enrolment.session(cohort, datetime(year, 12, 29, 10, tzinfo=UTC))  # 25 or 27, and 28 December are holidays

    await enrolment.it_is(datetime(year, 12, 24, 12, tzinfo=UTC))
    await enrolment.withdraw(held[0], at=datetime(year, 12, 23, 12, tzinfo=UTC))
    await enrolment.withdraw(held[1], at=datetime(year, 12, 24, 12, tzinfo=UTC))

    assert [e.late for e in await enrolment.announced(EnrolmentWithdrawn)] == [False, True]


async def test_a_withdrawal_happens_once_and_the_person_may_come_back(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)
    held = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    await enrolment.withdraw(held)

    assert problem(await enrolment.withdraw(held)) == (409, "already_withdrawn")
    assert (await enrolment.enrol(cohort, person)).status_code == 201
    own = (await enrolment.as_("learner", person_id=person).get(f"/v1/learners/{person}/enrolments")).json()
    assert [e["state"] for e in own["items"]] == ["withdrawn", "enrolled"]


async def test_people_act_for_themselves_and_leads_on_their_behalf(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    person, other = await enrolment.people(2)
    await enrolment.it_is(NOW)
    own = enrolment.as_("learner", person_id=person)
    path = f"/v1/cohorts/{cohort}/enrolments"

    assert problem(await own.post(path, json={"person_id": str(other)})) == (403, "not_yours")
    held = (await own.post(path, json={"person_id": str(person)})).json()["enrolment_id"]
    foreign = (await enrolment.enrol(cohort, other)).json()["enrolment_id"]
    away = {"reason": "workload", "by": "academy"}
    assert problem(await own.post(f"/v1/enrolments/{foreign}/withdrawal", json=away)) == (404, "enrolment_not_found")
    await own.post(f"/v1/enrolments/{held}/withdrawal", json=away)
    await enrolment.withdraw(foreign)

    assert [e.by for e in await enrolment.announced(EnrolmentWithdrawn)] == ["learner", "academy"]
    assert problem(await own.get(f"/v1/learners/{other}/enrolments"))[0] == 404


async def test_a_reason_is_a_code_and_never_free_text(enrolment: EnrolmentService) -> None:
    _, (held,) = await enrolment.full_cohort(1)
    body = {"reason": "Asha told me she is ill"}

    assert problem(await enrolment.lead().post(f"/v1/enrolments/{held}/withdrawal", json=body))[0] == 422


async def test_a_cohorts_list_shows_each_reader_their_part(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (near,) = await enrolment.people(1, system="QGH")
    (far,) = await enrolment.people(1, system="QHL")
    await enrolment.enrol(cohort, near)
    await enrolment.enrol(cohort, far)

    async def seen(role: str, **claims: object) -> list[str]:
        answer = await enrolment.as_(role, **claims).get(f"/v1/cohorts/{cohort}/enrolments")
        return [e["person_id"] for e in answer.json()["items"]]

    assert await seen("programme_lead") == [str(near), str(far)]
    assert await seen("provider", organisation="Northfield Learning") == [str(near), str(far)]
    assert await seen("system_lead", systems=["QGH"]) == [str(near)]
    assert await seen("system_lead", systems=[]) == []
    other = await enrolment.as_("provider", organisation="Another").get(f"/v1/cohorts/{cohort}/enrolments")
    assert problem(other) == (404, "cohort_not_found")


async def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    person, other = await enrolment.people(2)
    first, again = [await enrolment.enrol(cohort, person, key="once") for _ in range(2)]
    reused = await enrolment.enrol(cohort, other, key="once")

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert problem(reused) == (422, "idempotency_key_reused")
    assert len(await enrolment.announced(LearnerEnrolled)) == 1
