"""A person's sessions of all cohorts in one list: which, in which order, and what each says of that person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.service.enrolment.enrolment import AFTER, AWAY, NOW, SESSION, EnrolmentService, row
from tests.support.services import problem

LATER = SESSION + timedelta(days=7)


async def listed(enrolment: EnrolmentService, person: UUID, **query: Any) -> dict[str, Any]:
    learner = enrolment.as_("learner", person_id=person)
    answer = await learner.get(f"/v1/learners/{person}/sessions", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def titles(enrolment: EnrolmentService, person: UUID, **query: Any) -> list[str]:
    return [one["cohort_title"] for one in (await listed(enrolment, person, **query))["items"]]


async def record(enrolment: EnrolmentService, session: str) -> None:
    film = {"recording_url": "https://films.example.org/1"}
    answer = await enrolment.lead(AFTER).post(f"/v1/sessions/{session}/recording", json=film)
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def person(enrolment: EnrolmentService) -> UUID:
    await enrolment.it_is(NOW)
    await enrolment.programme()
    (person,) = await enrolment.people(1)
    return person


async def a_place(enrolment: EnrolmentService, person: UUID, title: str, starts_at: Any = SESSION) -> tuple[str, str]:
    """The session of a cohort of that title, and the place in it."""
    cohort = await enrolment.cohort(title=title)
    session = await enrolment.session(cohort, starts_at)
    return session["session_id"], (await enrolment.enrol(cohort, person)).json()["enrolment_id"]


async def test_a_session_says_what_it_is_of_and_how_to_join_it(enrolment: EnrolmentService, person: UUID) -> None:
    session, place = await a_place(enrolment, person, "October")
    (one,) = (await listed(enrolment, person))["items"]
    planned = (await enrolment.lead().get(f"/v1/sessions/{session}")).json()
    assert one == {
        "session_id": session,
        "cohort_id": planned["cohort_id"],
        "programme_code": "CLS7",
        "programme_title": "Trauma informed leadership",
        "cohort_title": "October",
        "enrolment_id": place,
        "state": "enrolled",
        "title": "Session",
        "starts_at": "2020-10-12T09:00:00Z",
        "ends_at": "2020-10-12T11:00:00Z",
        "join_ref": planned["join_ref"],
        "recording_ref": None,
        "cancelled_at": None,
        "on_the_day": None,
        "recording": False,
    }


async def test_a_place_given_up_and_places_of_others_show_no_sessions(
    enrolment: EnrolmentService, person: UUID
) -> None:
    _, place = await a_place(enrolment, person, "Given up")
    await enrolment.withdraw(place)
    (other,) = await enrolment.people(1)
    await a_place(enrolment, other, "Of somebody else")
    assert await titles(enrolment, person) == []


async def test_who_waits_knows_the_dates_and_no_link(enrolment: EnrolmentService, person: UUID) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    session = await enrolment.session(cohort)
    await enrolment.wait_for(cohort, person)
    await enrolment.it_is(AFTER)
    await record(enrolment, session["session_id"])
    (one,) = (await listed(enrolment, person))["items"]
    assert (one["state"], one["join_ref"], one["recording_ref"]) == ("waitlisted", None, None)
    assert await titles(enrolment, person, recorded=True) == []


async def test_pages_go_on_by_the_start_in_either_order(enrolment: EnrolmentService, person: UUID) -> None:
    for title, starts_at in (("Second", LATER), ("First", SESSION), ("Second too", LATER)):
        await a_place(enrolment, person, title, starts_at)
    for order, expected in (
        ("oldest", ["First", "Second", "Second too"]),
        ("newest", ["Second too", "Second", "First"]),
    ):
        found: list[str] = []
        after: str | None = None
        while not found or after:
            page = await listed(enrolment, person, order=order, limit=1, **({"after": after} if after else {}))
            found += [one["cohort_title"] for one in page["items"]]
            after = page["next"]
        assert found == expected


async def test_what_is_to_come_takes_place_and_has_not_ended(enrolment: EnrolmentService, person: UUID) -> None:
    await a_place(enrolment, person, "Soon", SESSION)
    away, _ = await a_place(enrolment, person, "Cancelled", LATER)
    await enrolment.lead().post(f"/v1/sessions/{away}/cancellation", json=AWAY)
    await enrolment.it_is(SESSION + timedelta(hours=1))
    assert await titles(enrolment, person, to_come=True) == ["Soon"]
    assert await titles(enrolment, person, to_come=False) == ["Cancelled"]

    await enrolment.it_is(SESSION + timedelta(hours=2))
    assert await titles(enrolment, person, to_come=True) == []
    assert await titles(enrolment, person, to_come=False) == ["Soon", "Cancelled"]


@pytest.mark.parametrize(
    ("modes", "told"),
    [
        (["live"], ("completed", "live", False)),
        (["missed"], ("enrolled", "missed", False)),
        (["missed", "recording"], ("enrolled", "missed", True)),
    ],
)
async def test_the_register_says_whether_they_were_there_and_the_recording_can_be_watched(
    enrolment: EnrolmentService, person: UUID, modes: list[str], told: tuple[str, str, bool]
) -> None:
    session, _ = await a_place(enrolment, person, "October")
    (other,) = await enrolment.people(1)
    await enrolment.enrol((await listed(enrolment, person))["items"][0]["cohort_id"], other)
    await enrolment.it_is(AFTER)
    await record(enrolment, session)
    await enrolment.register(session, [*(row(person, mode) for mode in modes), row(other, "part")])
    (one,) = (await listed(enrolment, person, recorded=True))["items"]
    assert (one["state"], one["on_the_day"], one["recording"]) == told
    assert one["recording_ref"]
    assert await titles(enrolment, person, recorded=False) == []


async def test_what_was_held_until_the_academy_cancelled_it_is_still_there_to_watch(
    enrolment: EnrolmentService, person: UUID
) -> None:
    session, _ = await a_place(enrolment, person, "October")
    cohort = (await listed(enrolment, person))["items"][0]["cohort_id"]
    await enrolment.session(cohort, LATER)
    await enrolment.it_is(AFTER)
    await record(enrolment, session)
    cancelled = await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)
    assert cancelled.status_code == 200, cancelled.text
    assert await titles(enrolment, person, recorded=True) == ["October"]
    assert await titles(enrolment, person, to_come=True) == []


async def test_nobody_reads_the_sessions_of_somebody_else_but_those_who_plan(
    enrolment: EnrolmentService, person: UUID
) -> None:
    await a_place(enrolment, person, "October")
    (other,) = await enrolment.people(1)
    path = f"/v1/learners/{person}/sessions"
    refused = await enrolment.as_("learner", person_id=other).get(path)
    assert problem(refused) == (404, "not_found")
    for role in ("provider", "system_lead", "ops"):
        assert (
            await enrolment.as_(role, organisation="Northfield Learning", systems=["QGH"]).get(path)
        ).status_code == 403
    for role in ("programme_lead", "region"):
        assert len((await enrolment.as_(role).get(path)).json()["items"]) == 1
