"""Who waits comes first, and who may enter once a cohort has started."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared.contracts.enrolment.learners import LearnerEnrolled, ProgrammeCompleted
from tests.service.enrolment.enrolment import AFTER, NOW, SESSION, EnrolmentService, a_programme, row
from tests.support.services import problem

LATE = SESSION + timedelta(minutes=10)


async def numbers(enrolment: EnrolmentService, cohort: str) -> tuple[int, int]:
    seen = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()
    return seen["places_taken"], seen["waiting"]


async def a_place_that_stayed_free(
    enrolment: EnrolmentService, *, waiting: int, places: int = 1
) -> tuple[str, list[UUID]]:
    """A started cohort whose places were all given up while people waited; answers the cohort and who waits."""
    cohort, held = await enrolment.full_cohort(places)
    await enrolment.session(cohort)
    people = await enrolment.people(waiting)
    for person in people:
        await enrolment.wait_for(cohort, person)
    for place in held:
        await enrolment.withdraw(place, at=SESSION)
    return cohort, people


async def edit(enrolment: EnrolmentService, **given: Any) -> httpx.Response:
    return await enrolment.lead(LATE).put("/v1/programmes/CLS7", json=a_programme(**given), headers={"If-Match": '"1"'})


def words(answer: httpx.Response) -> str:
    return answer.json()["detail"]


async def test_a_place_freed_after_the_start_stays_free_and_everybody_is_told(enrolment: EnrolmentService) -> None:
    cohort, (waits,) = await a_place_that_stayed_free(enrolment, waiting=1)
    (newcomer,) = await enrolment.people(1)

    answers = [
        await enrolment.enrol(cohort, newcomer, at=LATE),
        await enrolment.enrol(cohort, waits, at=LATE),
        await enrolment.wait_for(cohort, newcomer, at=LATE),
        await enrolment.wait_for(cohort, waits, at=LATE),
    ]

    assert {problem(answer) for answer in answers} == {(409, "cohort_started")}
    assert {"handed on" in words(answer) for answer in answers} == {True}
    assert await numbers(enrolment, cohort) == (0, 1)


async def test_a_cohort_tells_until_when_its_places_are_handed_on(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    await enrolment.programme("OPEN", late_entry="while_running")
    closing = SESSION + timedelta(days=30)

    async def until(programme: str) -> tuple[str | None, datetime]:
        cohort = await enrolment.cohort(programme=programme, closes_at=closing.isoformat())
        undated = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["promotes_until"]
        await enrolment.session(cohort)
        dated = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["promotes_until"]
        return undated, datetime.fromisoformat(dated)

    assert await until("CLS7") == (None, SESSION)
    assert await until("OPEN") == (None, closing)


async def test_who_holds_a_place_is_told_so_also_after_the_start(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    await enrolment.session(cohort)
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)

    assert problem(await enrolment.enrol(cohort, person, at=LATE)) == (409, "already_enrolled")
    assert problem(await enrolment.wait_for(cohort, person, at=LATE)) == (409, "already_enrolled")


async def test_nobody_passes_those_who_wait_and_the_next_of_them_may_take_the_place(
    enrolment: EnrolmentService,
) -> None:
    """A request that was on its way when the cohort started finds a place that was not handed on."""
    cohort, (first, second) = await a_place_that_stayed_free(enrolment, waiting=2)
    (newcomer,) = await enrolment.people(1)
    just_before = SESSION - timedelta(seconds=1)

    passing = [await enrolment.enrol(cohort, person, at=just_before) for person in (newcomer, second)]
    joined = await enrolment.wait_for(cohort, newcomer, at=just_before)
    taken = await enrolment.enrol(cohort, first, at=just_before)

    assert {problem(answer) for answer in passing} == {(409, "others_wait")}
    assert "join the waiting list" in words(passing[0])
    assert (joined.status_code, joined.json()["rank"]) == (201, 3)
    assert (taken.status_code, taken.json()["state"], taken.json()["person_id"]) == (201, "enrolled", str(first))
    assert problem(await enrolment.enrol(cohort, second, at=just_before)) == (409, "already_waiting")
    assert await numbers(enrolment, cohort) == (1, 2)
    assert (await enrolment.announced(LearnerEnrolled))[-1].previous == "waitlisted"
    why = await enrolment.value("select rule || ': ' || reason from promotion where freed_by is null")
    assert why.startswith("first_come: ticket 1")


async def test_allowing_late_entry_promotes_into_the_places_that_stayed_free(enrolment: EnrolmentService) -> None:
    cohort, (first, second, third) = await a_place_that_stayed_free(enrolment, waiting=3, places=2)

    assert (await edit(enrolment, late_entry="while_running")).status_code == 200

    assert [e.person_id for e in (await enrolment.announced(LearnerEnrolled))[2:]] == [first, second]
    assert await numbers(enrolment, cohort) == (2, 1)
    assert problem(await enrolment.enrol(cohort, third, at=LATE)) == (409, "already_waiting")


async def test_another_edit_promotes_nobody(enrolment: EnrolmentService) -> None:
    cohort, _ = await a_place_that_stayed_free(enrolment, waiting=1)

    assert (await edit(enrolment, title="Another title")).status_code == 200

    assert await numbers(enrolment, cohort) == (0, 1)


async def test_a_programme_says_whether_people_may_enter_late(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    await enrolment.programme("OPEN", late_entry="while_running")

    said = [(await enrolment.lead().get(f"/v1/programmes/{code}")).json()["late_entry"] for code in ("CLS7", "OPEN")]

    assert said == ["none", "while_running"]


async def test_without_late_entry_nobody_enters_once_the_first_session_has_started(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    await enrolment.session(cohort)
    in_time, late = await enrolment.people(2)

    assert (await enrolment.enrol(cohort, in_time, at=SESSION - timedelta(microseconds=1))).status_code == 201
    assert problem(await enrolment.enrol(cohort, late, at=SESSION)) == (409, "cohort_started")


async def test_who_enters_during_a_session_is_in_its_register_and_completion_looks_at_all(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme(late_entry="while_running")
    cohort = await enrolment.cohort()
    first = (await enrolment.session(cohort))["session_id"]
    second = (await enrolment.session(cohort, SESSION + timedelta(days=7)))["session_id"]
    during, after = await enrolment.people(2)
    assert (await enrolment.enrol(cohort, during, at=LATE)).status_code == 201
    assert (await enrolment.enrol(cohort, after, at=SESSION + timedelta(minutes=120))).status_code == 201

    answers = await enrolment.register(first, [row(during, "live"), row(after, "live")])
    await enrolment.register(second, [row(during, "live"), row(after, "live")], at=AFTER + timedelta(days=7))

    assert [(a["outcome"], a["code"]) for a in answers] == [("recorded", None), ("refused", "not_enrolled")]
    assert [e.person_id for e in await enrolment.announced(ProgrammeCompleted)] == [during]


async def test_who_left_and_came_back_during_a_session_is_in_its_register_once(enrolment: EnrolmentService) -> None:
    await enrolment.programme(late_entry="while_running")
    cohort = await enrolment.cohort()
    session = (await enrolment.session(cohort))["session_id"]
    (person,) = await enrolment.people(1)
    left = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    await enrolment.withdraw(left, at=LATE)
    back = (await enrolment.enrol(cohort, person, at=LATE)).json()["enrolment_id"]

    await enrolment.register(session, [row(person, "live")])

    assert [str(e.enrolment_id) for e in await enrolment.announced(ProgrammeCompleted)] == [back]


async def test_with_late_entry_a_freed_place_is_handed_on_until_enrolment_closes(enrolment: EnrolmentService) -> None:
    await enrolment.programme(late_entry="while_running")
    cohort = await enrolment.cohort(places=2, closes_at=AFTER.isoformat())
    await enrolment.session(cohort)
    early, later = [
        (await enrolment.enrol(cohort, person)).json()["enrolment_id"] for person in await enrolment.people(2)
    ]
    first, second = await enrolment.people(2)
    await enrolment.wait_for(cohort, first)
    assert (await enrolment.wait_for(cohort, second, at=LATE)).status_code == 201

    await enrolment.withdraw(early, at=AFTER - timedelta(seconds=1))
    await enrolment.withdraw(later, at=AFTER)

    assert [e.person_id for e in await enrolment.announced(LearnerEnrolled)][2:] == [first]
    assert await numbers(enrolment, cohort) == (1, 1)
    assert problem(await enrolment.enrol(cohort, second, at=AFTER)) == (409, "cohort_closed")


async def test_before_the_start_a_freed_place_is_handed_on_also_when_enrolment_has_closed(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme()
    closes = NOW + timedelta(days=7)
    cohort = await enrolment.cohort(places=1, closes_at=closes.isoformat())
    await enrolment.session(cohort)
    held, waits = await enrolment.people(2)
    place = (await enrolment.enrol(cohort, held)).json()["enrolment_id"]
    await enrolment.wait_for(cohort, waits)

    await enrolment.withdraw(place, at=closes + timedelta(days=1))

    assert (await enrolment.announced(LearnerEnrolled))[-1].person_id == waits
