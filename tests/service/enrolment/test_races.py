"""Allocations under many hands at once."""

import asyncio

from shared.contracts.enrolment import ContactChanged, LearnerEnrolled, ProgrammeCompleted
from shared.ids import new_id
from tests.service.enrolment.academy import AFTER, SESSION, Academy, a_learner, row


async def test_parallel_enrolments_never_exceed_the_places(academy: Academy) -> None:
    await academy.programme()
    cohort = await academy.cohort(places=5)
    people = await academy.people(40)

    answers = await asyncio.gather(*(academy.enrol(cohort, person) for person in people))

    assert sorted(a.status_code for a in answers) == [201] * 5 + [409] * 35
    assert len(await academy.announced(LearnerEnrolled)) == 5
    assert await academy.value("select places_taken from cohort") == 5
    assert await academy.value("select count(*) from enrolment where state = 'enrolled'") == 5


async def test_one_person_clicking_many_times_gets_one_place(academy: Academy) -> None:
    await academy.programme()
    cohort = await academy.cohort()
    (person,) = await academy.people(1)

    answers = await asyncio.gather(*(academy.enrol(cohort, person) for _ in range(12)))

    assert sorted(a.status_code for a in answers) == [201] + [409] * 11
    assert await academy.value("select places_taken from cohort") == 1


async def test_parallel_withdrawals_promote_each_waiting_person_once(academy: Academy) -> None:
    cohort, held = await academy.full_cohort(12)
    waiting = await academy.people(8)
    for person in waiting:
        await academy.wait_for(cohort, person)

    answers = await asyncio.gather(*(academy.withdraw(enrolment) for enrolment in held))

    assert {a.status_code for a in answers} == {200}
    promoted = [e.person_id for e in await academy.announced(LearnerEnrolled) if e.previous == "waitlisted"]
    assert promoted == waiting
    assert await academy.value("select places_taken from cohort") == 8
    assert await academy.value("select waiting from cohort") == 0


async def test_withdrawing_enrolling_and_waiting_at_once_keeps_the_numbers_true(academy: Academy) -> None:
    cohort, held = await academy.full_cohort(6)
    people = await academy.people(12)

    await asyncio.gather(
        *(academy.withdraw(enrolment) for enrolment in held),
        *(academy.enrol(cohort, person) for person in people[:6]),
        *(academy.wait_for(cohort, person) for person in people[6:]),
    )

    holding = await academy.value("select count(*) from enrolment where state = 'enrolled'")
    assert await academy.value("select places_taken from cohort") == holding <= 6
    waiting = await academy.value("select count(*) from enrolment where state = 'waitlisted'")
    assert await academy.value("select waiting from cohort") == waiting
    assert holding == 6 or waiting == 0


async def test_parallel_twins_with_one_key_enrol_once_and_get_one_answer(academy: Academy) -> None:
    await academy.programme()
    cohort = await academy.cohort()
    (person,) = await academy.people(1)

    answers = await asyncio.gather(*(academy.enrol(cohort, person, key="twins") for _ in range(10)))

    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["enrolment_id"] for a in answers}) == 1
    assert len(await academy.announced(LearnerEnrolled)) == 1


async def test_batches_in_opposite_order_register_everyone_once(academy: Academy) -> None:
    rows = [a_learner(person_id=str(new_id())) for _ in range(60)]
    orders = [rows, rows[::-1], rows[30:] + rows[:30], rows[::-1]]

    answers = await asyncio.gather(
        *(academy.lead().post("/v1/learners/batch", json={"learners": order}) for order in orders)
    )

    outcomes = [r["outcome"] for answer in answers for r in answer.json()["rows"]]
    assert sorted(outcomes) == ["created"] * 60 + ["unchanged"] * 180
    assert len(await academy.announced(ContactChanged)) == 60


async def test_registers_of_two_sessions_at_once_complete_each_person_once(academy: Academy) -> None:
    await academy.programme()
    cohort = await academy.cohort()
    sessions = [(await academy.session(cohort, SESSION))["session_id"] for _ in range(4)]
    people = await academy.people(10)
    for person in people:
        await academy.enrol(cohort, person)

    rows = [row(person, "live") for person in people]
    await asyncio.gather(*(academy.register(session, rows, at=AFTER) for session in sessions))

    completed = [e.person_id for e in await academy.announced(ProgrammeCompleted)]
    assert sorted(completed) == sorted(people)
