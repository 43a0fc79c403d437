"""Completion follows the sessions that count: what a correction or a further session takes away is announced."""

from datetime import timedelta
from uuid import UUID

from shared.contracts.enrolment.learners import CompletionWithdrawn, ProgrammeCompleted
from tests.service.enrolment.enrolment import AFTER, AWAY, SESSION, EnrolmentService, a_programme, row
from tests.support.databases import execute

WEEK = timedelta(days=7)


async def a_completed_cohort(enrolment: EnrolmentService, people: int = 1) -> tuple[str, str, list[UUID]]:
    """A cohort of one session that everybody attended and so completed: cohort, session, people."""
    cohort = await enrolment.cohort()
    session = (await enrolment.session(cohort))["session_id"]
    ids = await enrolment.people(people)
    for person in ids:
        await enrolment.enrol(cohort, person)
    await enrolment.register(session, [row(person, "live") for person in ids])
    return cohort, session, ids


async def story(enrolment: EnrolmentService) -> list[str]:
    told = (ProgrammeCompleted, CompletionWithdrawn)
    return [type(e).__name__ for e in await enrolment.announced() if isinstance(e, told)]


async def standing(enrolment: EnrolmentService) -> list[tuple[str, bool]]:
    sql = "select array_agg(state || ' ' || (completed_at is not null) order by enrolment_id) from enrolment"
    return [(state, told == "true") for state, told in (found.split() for found in await enrolment.value(sql))]


async def test_a_correction_to_missed_takes_the_completion_back_and_another_gives_it_again(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme(award="ilm_5")
    cohort, session, (person,) = await a_completed_cohort(enrolment)

    await enrolment.register(session, [row(person, "missed")], at=AFTER + WEEK)

    (event,) = await enrolment.announced(CompletionWithdrawn)
    (completed,) = await enrolment.announced(ProgrammeCompleted)
    assert (event.person_id, event.enrolment_id) == (person, completed.enrolment_id)
    assert (str(event.cohort_id), event.programme_code, event.award) == (cohort, "CLS7", "ilm_5")
    assert (event.reason, event.effective_at) == ("register_corrected", AFTER + WEEK)
    assert await standing(enrolment) == [("enrolled", False)]

    await enrolment.register(session, [row(person, "part")], at=AFTER + 2 * WEEK)
    assert await story(enrolment) == ["ProgrammeCompleted", "CompletionWithdrawn", "ProgrammeCompleted"]
    assert await standing(enrolment) == [("completed", True)]


async def test_a_further_session_takes_back_the_completion_of_everybody_who_has_to_come_again(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme()
    cohort, _, people = await a_completed_cohort(enrolment, 3)

    session = (await enrolment.session(cohort, SESSION + WEEK, at=AFTER))["session_id"]

    withdrawn = await enrolment.announced(CompletionWithdrawn)
    assert sorted(e.person_id for e in withdrawn) == sorted(people)
    assert {e.reason for e in withdrawn} == {"session_added"}
    assert await standing(enrolment) == [("enrolled", False)] * 3

    await enrolment.register(session, [row(people[0], "live"), row(people[1], "missed")], at=AFTER + WEEK)
    assert [e.person_id for e in await enrolment.announced(ProgrammeCompleted)][3:] == [people[0]]


async def test_a_further_session_takes_nothing_where_so_many_sessions_are_enough(enrolment: EnrolmentService) -> None:
    await enrolment.programme(completion={"attend": 1, "recordings_count": False})
    cohort, _, _ = await a_completed_cohort(enrolment, 2)

    await enrolment.session(cohort, SESSION + WEEK, at=AFTER)

    assert await enrolment.announced(CompletionWithdrawn) == []
    assert await standing(enrolment) == [("completed", True)] * 2


async def test_a_correction_that_leaves_the_criterion_met_takes_nothing(enrolment: EnrolmentService) -> None:
    await enrolment.programme(completion={"attend": "all", "recordings_count": True})
    _, session, (corrected, caught_up) = await a_completed_cohort(enrolment, 2)
    await enrolment.register(session, [row(caught_up, "recording")], at=AFTER)

    await enrolment.register(session, [row(corrected, "part"), row(caught_up, "missed")], at=AFTER)

    assert await story(enrolment) == ["ProgrammeCompleted"] * 2


async def test_a_recording_that_was_not_watched_takes_the_completion_back_and_watched_gives_it_again(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme(completion={"attend": "all", "recordings_count": True})
    _, session, (person,) = await a_completed_cohort(enrolment)
    await enrolment.register(session, [row(person, "recording")])

    await enrolment.register(session, [row(person, "not_watched")])
    assert await story(enrolment) == ["ProgrammeCompleted"]

    await enrolment.register(session, [row(person, "missed"), row(person, "recording")])
    for _ in range(2):
        await enrolment.register(session, [row(person, "not_watched")], at=AFTER + WEEK)
    assert await story(enrolment) == ["ProgrammeCompleted", "CompletionWithdrawn"]
    (event,) = await enrolment.announced(CompletionWithdrawn)
    assert (event.reason, event.effective_at) == ("register_corrected", AFTER + WEEK)
    assert await standing(enrolment) == [("enrolled", False)]

    await enrolment.register(session, [row(person, "recording")], at=AFTER + WEEK)
    assert await standing(enrolment) == [("completed", True)]


async def test_the_same_correction_sent_again_announces_nothing(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    _, session, (person,) = await a_completed_cohort(enrolment)

    for _ in range(2):
        await enrolment.register(session, [row(person, "missed")])

    assert await story(enrolment) == ["ProgrammeCompleted", "CompletionWithdrawn"]


async def test_who_has_to_come_again_may_withdraw(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    _, session, (person,) = await a_completed_cohort(enrolment)
    await enrolment.register(session, [row(person, "missed")])
    (event,) = await enrolment.announced(CompletionWithdrawn)

    assert (await enrolment.withdraw(str(event.enrolment_id), at=AFTER)).status_code == 200


async def test_nobody_completes_while_sessions_are_still_to_come(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    first = (await enrolment.session(cohort))["session_id"]
    await enrolment.session(cohort, SESSION + WEEK)
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)

    await enrolment.register(first, [row(person, "live")])

    assert await story(enrolment) == []


async def test_who_left_and_came_back_is_judged_by_the_place_held_today(enrolment: EnrolmentService) -> None:
    await enrolment.programme(late_entry="while_running")
    cohort = await enrolment.cohort()
    first, second = [(await enrolment.session(cohort, at))["session_id"] for at in (SESSION, SESSION + WEEK)]
    (person,) = await enrolment.people(1)
    left = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    await enrolment.register(first, [row(person, "live")])
    await enrolment.withdraw(left, at=AFTER)
    await enrolment.enrol(cohort, person, at=AFTER)
    await enrolment.register(second, [row(person, "live")], at=AFTER + WEEK)
    assert await story(enrolment) == ["ProgrammeCompleted"]

    await enrolment.register(first, [row(person, "missed")], at=AFTER + WEEK)
    assert await story(enrolment) == ["ProgrammeCompleted", "CompletionWithdrawn"]

    await enrolment.register(first, [row(person, "part")], at=AFTER + WEEK)
    assert await story(enrolment) == ["ProgrammeCompleted", "CompletionWithdrawn", "ProgrammeCompleted"]


async def test_nobody_loses_a_completion_by_coming_once_more(enrolment: EnrolmentService) -> None:
    criterion = {"recordings_count": False}
    await enrolment.programme(completion={"attend": 1} | criterion)
    cohort, _, (person,) = await a_completed_cohort(enrolment)
    session = (await enrolment.session(cohort, SESSION + WEEK))["session_id"]
    stricter = a_programme(completion={"attend": 3} | criterion)
    edited = await enrolment.lead(AFTER).put("/v1/programmes/CLS7", json=stricter, headers={"If-Match": '"1"'})
    assert edited.status_code == 200

    await enrolment.register(session, [row(person, "live")], at=AFTER + WEEK)

    assert await story(enrolment) == ["ProgrammeCompleted"]


async def test_what_was_watched_of_a_cancelled_session_counts_for_nobody(enrolment: EnrolmentService) -> None:
    """Once a session could be cancelled of which only this was known."""
    await enrolment.programme(completion={"attend": "all", "recordings_count": True})
    cohort = await enrolment.cohort()
    watched, attended, _ = [(await enrolment.session(cohort, SESSION + days * WEEK))["session_id"] for days in range(3)]
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)
    await enrolment.register(watched, [row(person, "recording")])
    await execute(enrolment.db, "update session set cancelled_at = $2 where session_id = $1", UUID(watched), AFTER)
    await execute(enrolment.db, "update cohort set sessions = 2")

    await enrolment.register(attended, [row(person, "live")], at=AFTER + WEEK)
    assert await story(enrolment) == []

    added = (await enrolment.session(cohort, SESSION + 3 * WEEK))["session_id"]
    await enrolment.lead(AFTER + WEEK).post(f"/v1/sessions/{added}/cancellation", json=AWAY)
    assert await story(enrolment) == []
