"""Allocations under many hands at once."""

import asyncio
from datetime import timedelta

from shared.contracts.enrolment.cohorts import SessionCancelled
from shared.contracts.enrolment.contacts import ContactChanged
from shared.contracts.enrolment.learners import (
    CompletionWithdrawn,
    EnrolmentWithdrawn,
    LearnerEnrolled,
    ProgrammeCompleted,
)
from shared.ids import new_id
from tests.service.enrolment.enrolment import AFTER, OPENS, SESSION, EnrolmentService, a_learner, a_programme, row


async def test_parallel_enrolments_never_exceed_the_places(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=5)
    people = await enrolment.people(40)

    answers = await asyncio.gather(*(enrolment.enrol(cohort, person) for person in people))

    assert sorted(a.status_code for a in answers) == [201] * 5 + [409] * 35
    assert len(await enrolment.announced(LearnerEnrolled)) == 5
    assert await enrolment.value("select places_taken from cohort") == 5
    assert await enrolment.value("select count(*) from enrolment where state = 'enrolled'") == 5


async def test_one_person_clicking_many_times_gets_one_place(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)

    answers = await asyncio.gather(*(enrolment.enrol(cohort, person) for _ in range(12)))

    assert sorted(a.status_code for a in answers) == [201] + [409] * 11
    assert await enrolment.value("select places_taken from cohort") == 1


async def test_parallel_withdrawals_promote_each_waiting_person_once(enrolment: EnrolmentService) -> None:
    cohort, held = await enrolment.full_cohort(12)
    waiting = await enrolment.people(8)
    for person in waiting:
        await enrolment.wait_for(cohort, person)

    answers = await asyncio.gather(*(enrolment.withdraw(place) for place in held))

    assert {a.status_code for a in answers} == {200}
    promoted = [e.person_id for e in await enrolment.announced(LearnerEnrolled) if e.previous == "waitlisted"]
    assert promoted == waiting
    assert await enrolment.value("select places_taken from cohort") == 8
    assert await enrolment.value("select waiting from cohort") == 0


async def test_withdrawing_enrolling_and_waiting_at_once_keeps_the_numbers_true(enrolment: EnrolmentService) -> None:
    cohort, held = await enrolment.full_cohort(6)
    people = await enrolment.people(12)

    await asyncio.gather(
        *(enrolment.withdraw(place) for place in held),
        *(enrolment.enrol(cohort, person) for person in people[:6]),
        *(enrolment.wait_for(cohort, person) for person in people[6:]),
    )

    holding = await enrolment.value("select count(*) from enrolment where state = 'enrolled'")
    assert await enrolment.value("select places_taken from cohort") == holding <= 6
    waiting = await enrolment.value("select count(*) from enrolment where state = 'waitlisted'")
    assert await enrolment.value("select waiting from cohort") == waiting
    assert holding == 6 or waiting == 0


async def test_parallel_twins_with_one_key_enrol_once_and_get_one_answer(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)

    answers = await asyncio.gather(*(enrolment.enrol(cohort, person, key="twins") for _ in range(10)))

    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["enrolment_id"] for a in answers}) == 1
    assert len(await enrolment.announced(LearnerEnrolled)) == 1


async def test_batches_in_opposite_order_register_everyone_once(enrolment: EnrolmentService) -> None:
    rows = [a_learner(person_id=str(new_id())) for _ in range(60)]
    orders = [rows, rows[::-1], rows[30:] + rows[:30], rows[::-1]]

    answers = await asyncio.gather(
        *(enrolment.lead().post("/v1/learners/batch", json={"learners": order}) for order in orders)
    )

    outcomes = [r["outcome"] for answer in answers for r in answer.json()["learners"]]
    assert sorted(outcomes) == ["created"] * 60 + ["unchanged"] * 180
    assert len(await enrolment.announced(ContactChanged)) == 60


async def test_registers_of_two_sessions_at_once_complete_each_person_once(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    sessions = [(await enrolment.session(cohort, SESSION))["session_id"] for _ in range(4)]
    people = await enrolment.people(10)
    for person in people:
        await enrolment.enrol(cohort, person)

    rows = [row(person, "live") for person in people]
    await asyncio.gather(*(enrolment.register(session, rows, at=AFTER) for session in sessions))

    completed = [e.person_id for e in await enrolment.announced(ProgrammeCompleted)]
    assert sorted(completed) == sorted(people)


async def test_at_the_start_withdrawals_newcomers_and_waiters_pass_nobody(enrolment: EnrolmentService) -> None:
    cohort, held = await enrolment.full_cohort(6)
    await enrolment.session(cohort)
    waiting, newcomers = await enrolment.people(4), await enrolment.people(6)
    for person in waiting:
        await enrolment.wait_for(cohort, person)
    before, after = SESSION - timedelta(seconds=1), SESSION + timedelta(seconds=1)

    answers = await asyncio.gather(
        *(enrolment.withdraw(place, at=at) for place, at in zip(held, [before, after] * 3, strict=True)),
        *(enrolment.enrol(cohort, person, at=at) for person, at in zip(newcomers, [before, after] * 3, strict=True)),
        *(enrolment.enrol(cohort, person, at=at) for person, at in zip(waiting, [before, after] * 2, strict=True)),
    )

    assert {a.status_code for a in answers} <= {200, 201, 409}
    entered = [e.person_id for e in await enrolment.announced(LearnerEnrolled)][6:]
    promoted = entered[: len(waiting)]
    assert promoted == waiting[: len(promoted)]
    holding = await enrolment.value("select count(*) from enrolment where state = 'enrolled'")
    assert await enrolment.value("select places_taken from cohort") == holding == len(entered)
    assert await enrolment.value("select waiting from cohort") == len(waiting) - len(promoted)


async def test_a_place_that_stayed_free_goes_to_one_of_those_who_wait_once(enrolment: EnrolmentService) -> None:
    cohort, (held,) = await enrolment.full_cohort(1)
    await enrolment.session(cohort)
    people = await enrolment.people(6)
    for person in people:
        await enrolment.wait_for(cohort, person)
    await enrolment.withdraw(held, at=SESSION)

    before = SESSION - timedelta(seconds=1)
    askers = [*reversed(people)] * 3
    answers = await asyncio.gather(*(enrolment.enrol(cohort, person, at=before) for person in askers))

    placed = [person for person, answer in zip(askers, answers, strict=True) if answer.status_code == 201]
    assert placed == [people[0]]
    assert (await enrolment.announced(LearnerEnrolled))[-1].person_id == people[0]
    assert await enrolment.value("select places_taken || ' ' || waiting from cohort") == "1 5"


async def test_allowing_late_entry_meets_withdrawals_and_hands_every_place_on_once(enrolment: EnrolmentService) -> None:
    cohort, held = await enrolment.full_cohort(4)
    await enrolment.session(cohort)
    waiting = await enrolment.people(6)
    for person in waiting:
        await enrolment.wait_for(cohort, person)
    await enrolment.withdraw(held[0], at=SESSION)
    edit = enrolment.lead(AFTER).put(
        "/v1/programmes/CLS7", json=a_programme(late_entry="while_running"), headers={"If-Match": '"1"'}
    )

    answers = await asyncio.gather(edit, *(enrolment.withdraw(place, at=AFTER) for place in held[1:]))

    assert {a.status_code for a in answers} == {200}
    assert [e.person_id for e in await enrolment.announced(LearnerEnrolled)][4:] == waiting[:4]
    assert await enrolment.value("select places_taken || ' ' || waiting from cohort") == "4 2"


async def test_scheduling_a_session_meets_a_register_and_nobody_completes_without_it(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    first = (await enrolment.session(cohort))["session_id"]
    people = await enrolment.people(10)
    for person in people:
        await enrolment.enrol(cohort, person)

    await asyncio.gather(
        *(enrolment.register(first, [row(person, "live")]) for person in people),
        *(enrolment.session(cohort, SESSION + timedelta(days=days), at=AFTER) for days in (7, 14)),
    )

    completed = [e.person_id for e in await enrolment.announced(ProgrammeCompleted)]
    withdrawn = [e.person_id for e in await enrolment.announced(CompletionWithdrawn)]
    assert sorted(completed) == sorted(withdrawn)
    assert await enrolment.value("select count(*) from enrolment where state = 'completed'") == 0
    assert await enrolment.value("select sessions from cohort") == 3


async def test_a_correction_sent_many_times_at_once_takes_the_completion_back_once(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = (await enrolment.session(cohort))["session_id"]
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)
    await enrolment.register(session, [row(person, "live")])

    await asyncio.gather(*(enrolment.register(session, [row(person, "missed")]) for _ in range(8)))

    assert len(await enrolment.announced(CompletionWithdrawn)) == 1


async def test_a_cohort_opened_while_late_entry_is_allowed_knows_of_it(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    edit = enrolment.lead().put(
        "/v1/programmes/CLS7", json=a_programme(late_entry="while_running"), headers={"If-Match": '"1"'}
    )

    await asyncio.gather(*(enrolment.cohort() for _ in range(6)), edit, *(enrolment.cohort() for _ in range(6)))

    assert await enrolment.value("select array_agg(distinct late_entry) from cohort") == ["while_running"]


async def test_fewer_places_and_enrolments_at_once_never_leave_more_taken_than_there_are(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=12)
    people = await enrolment.people(12)
    body = {"programme_code": "CLS7", "title": "October", "seats": 12, "places": 6}
    body |= {"opens_at": OPENS.isoformat(), "closes_at": "2021-03-31T00:00:00Z"}

    fewer = enrolment.lead().put(f"/v1/cohorts/{cohort}", json=body, headers={"If-Match": "*"})

    *answers, edited = await asyncio.gather(*(enrolment.enrol(cohort, p) for p in people), fewer)

    taken = await enrolment.value("select places_taken from cohort")
    assert taken == await enrolment.value("select count(*) from enrolment where state = 'enrolled'")
    assert taken == sum(a.status_code == 201 for a in answers)
    assert (edited.status_code, await enrolment.value("select places from cohort")) in {(200, 6), (409, 12)}
    assert taken <= await enrolment.value("select places from cohort")


async def test_two_editors_of_one_version_never_both_have_their_way(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    body = {"programme_code": "CLS7", "seats": 20, "places": 20}
    body |= {"opens_at": OPENS.isoformat(), "closes_at": "2021-03-31T00:00:00Z"}

    answers = await asyncio.gather(
        *(
            enrolment.lead().put(f"/v1/cohorts/{cohort}", json=body | {"title": f"T{n}"}, headers={"If-Match": '"1"'})
            for n in range(8)
        )
    )

    assert sorted(a.status_code for a in answers) == [200] + [412] * 7
    assert await enrolment.value("select version from cohort") == 2


async def test_nobody_holds_a_place_of_a_cohort_that_is_cancelled_meanwhile(enrolment: EnrolmentService) -> None:
    cohort, held = await enrolment.full_cohort(4)
    people = await enrolment.people(8)

    *answers, cancelled = await asyncio.gather(
        *(enrolment.withdraw(place) for place in held[:2]),
        *(enrolment.enrol(cohort, person) for person in people[:4]),
        *(enrolment.wait_for(cohort, person) for person in people[4:]),
        enrolment.lead().post(f"/v1/cohorts/{cohort}/cancellation", json={"reason": "other"}),
    )

    assert cancelled.status_code == 200
    assert {a.status_code for a in answers} <= {200, 201, 409}
    assert await enrolment.value("select count(*) from enrolment where state <> 'withdrawn'") == 0
    assert await enrolment.value("select places_taken + waiting from cohort") == 0
    ended = [e.enrolment_id for e in await enrolment.announced(EnrolmentWithdrawn)]
    assert len(ended) == len(set(ended)) == await enrolment.value("select count(*) from enrolment")


async def test_a_session_cancelled_twice_at_once_is_cancelled_once(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session = await enrolment.session(await enrolment.cohort())
    path = f"/v1/sessions/{session['session_id']}/cancellation"

    answers = await asyncio.gather(*(enrolment.lead().post(path, json={"reason": "other"}) for _ in range(6)))

    assert sorted(a.status_code for a in answers) == [200] + [409] * 5
    assert len(await enrolment.announced(SessionCancelled)) == 1
