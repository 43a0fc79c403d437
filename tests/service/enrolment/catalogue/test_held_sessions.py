"""What was held stays as it was: who knows of it, and what becomes of its version and its history."""

from datetime import timedelta

from shared.contracts.enrolment.cohorts import CohortCancelled
from shared.contracts.enrolment.learners import LearnerEnrolled
from tests.service.enrolment.enrolment import AFTER, AWAY, SESSION, EnrolmentService, a_session, put, row
from tests.support.services import problem


async def test_what_was_held_keeps_its_time_and_is_not_cancelled(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    (person,) = await enrolment.people(1)
    cohort = await enrolment.held([person], ["live"])
    (session,) = (await enrolment.lead(AFTER).get(f"/v1/cohorts/{cohort}/sessions")).json()["items"]
    path = f"/v1/sessions/{session['session_id']}"

    assert problem(await put(enrolment, path, a_session(cohort, SESSION + timedelta(1)), at=AFTER)) == (
        409,
        "session_held",
    )
    assert problem(await enrolment.lead(AFTER).post(f"{path}/cancellation", json=AWAY)) == (409, "session_held")
    assert problem(await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)) == (
        409,
        "cohort_over",
    )
    renamed = await put(enrolment, path, a_session(cohort, title="As it was called"), at=AFTER)
    assert renamed.json()["title"] == "As it was called"


async def test_a_session_whose_recording_is_out_was_held(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    path = f"/v1/sessions/{(await enrolment.session(cohort))['session_id']}"
    film = {"recording_url": "https://films.example.org/1"}
    assert (await enrolment.lead(AFTER).post(f"{path}/recording", json=film)).status_code == 200

    assert problem(await enrolment.lead(AFTER).post(f"{path}/cancellation", json=AWAY)) == (409, "session_held")
    moved = await put(enrolment, path, a_session(cohort, SESSION + timedelta(days=1)), at=AFTER)
    assert problem(moved) == (409, "session_held")


async def test_a_session_of_which_somebody_watched_the_recording_was_held(enrolment: EnrolmentService) -> None:
    """Its recording may be told elsewhere, and its register of the day never come."""
    cohort, _ = await enrolment.full_cohort(1)
    watched = (await enrolment.session(cohort))["session_id"]
    to_come = (await enrolment.session(cohort, SESSION + timedelta(days=7)))["session_id"]
    (holder,) = [e.person_id for e in await enrolment.announced(LearnerEnrolled)]
    during = SESSION + timedelta(minutes=30)
    await enrolment.register(watched, [row(holder, "recording")], at=during)
    path = f"/v1/sessions/{watched}"

    moved = await put(enrolment, path, a_session(cohort, SESSION + timedelta(days=1)), at=during)
    cancelled = await enrolment.lead(during).post(f"{path}/cancellation", json=AWAY)
    assert [problem(answer) for answer in (moved, cancelled)] == [(409, "session_held")] * 2

    await enrolment.lead(during).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)
    (event,) = await enrolment.announced(CohortCancelled)
    assert list(map(str, event.session_ids)) == [to_come]


async def test_a_session_of_which_nobody_watched_the_recording_after_all_is_moved_and_cancelled(
    enrolment: EnrolmentService,
) -> None:
    cohort, _ = await enrolment.full_cohort(2)
    path = f"/v1/sessions/{(session := (await enrolment.session(cohort))['session_id'])}"
    mistaken, watched = [e.person_id for e in await enrolment.announced(LearnerEnrolled)]
    during = SESSION + timedelta(minutes=30)
    later = a_session(cohort, SESSION + timedelta(days=1))
    await enrolment.register(session, [row(mistaken, "recording"), row(watched, "recording")], at=during)

    await enrolment.register(session, [row(mistaken, "not_watched")], at=during)
    assert problem(await put(enrolment, path, later, at=during)) == (409, "session_held")

    await enrolment.register(session, [row(watched, "not_watched")], at=during)
    assert (await put(enrolment, path, later, at=during)).status_code == 200
    assert (await enrolment.lead(during).post(f"{path}/cancellation", json=AWAY)).status_code == 200


async def test_what_was_held_by_its_day_stays_so_whatever_was_watched(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    (person,) = await enrolment.people(1)
    cohort = await enrolment.held([person], ["missed"])
    (session,) = (await enrolment.lead(AFTER).get(f"/v1/cohorts/{cohort}/sessions")).json()["items"]
    told = [await enrolment.register(session["session_id"], [row(person, m)]) for m in ("recording", "not_watched")]
    assert [answer["outcome"] for (answer,) in told] == ["recorded", "changed"]

    cancelled = await enrolment.lead(AFTER).post(f"/v1/sessions/{session['session_id']}/cancellation", json=AWAY)
    assert problem(cancelled) == (409, "session_held")


async def test_whoever_saw_a_session_before_its_recording_or_register_edits_what_is_no_more(
    enrolment: EnrolmentService,
) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    path = f"/v1/sessions/{(await enrolment.session(cohort))['session_id']}"
    (holder,) = [e.person_id for e in await enrolment.announced(LearnerEnrolled)]
    renamed = a_session(cohort, title="As it was called")

    for below, body, etag in (
        ("recording", {"recording_url": "https://films.example.org/1"}, '"2"'),
        ("register", {"rows": [row(holder, "live")]}, '"3"'),
    ):
        seen = (await enrolment.lead(AFTER).get(path)).headers["etag"]
        assert (await enrolment.lead(AFTER).post(f"{path}/{below}", json=body)).status_code == 200
        assert (await enrolment.lead(AFTER).get(path)).headers["etag"] == etag
        assert problem(await put(enrolment, path, renamed, AFTER, seen)) == (412, "stale_etag"), below
    assert (await put(enrolment, path, renamed, AFTER, '"3"')).headers["etag"] == '"4"'


async def test_history_tells_who_set_which_recording_and_who_first_told_of_the_day(enrolment: EnrolmentService) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    path = f"/v1/sessions/{(await enrolment.session(cohort))['session_id']}"
    (holder,) = [e.person_id for e in await enrolment.announced(LearnerEnrolled)]
    await enrolment.it_is(AFTER)
    provider = enrolment.as_("provider", organisation="Northfield Learning", sub="0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10")
    for film in ("1", "1", "2"):
        await provider.post(f"{path}/recording", json={"recording_url": f"https://films.example.org/{film}"})
    for mode in ("recording", "missed", "live"):
        await provider.post(f"{path}/register", json={"rows": [row(holder, mode)]})

    held, moved, recorded, created = (await enrolment.lead().get(f"{path}/history")).json()["items"]

    assert [change["version"] for change in (created, recorded, moved, held)] == [1, 2, 3, 4]
    assert recorded["fields"]["recording_url"] == {"before": None, "after": "https://films.example.org/1"}
    assert moved["fields"] == {
        "recording_url": {"before": "https://films.example.org/1", "after": "https://films.example.org/2"}
    }
    assert held["fields"] == {"held_at": {"before": None, "after": "2020-10-12T12:00:00Z"}}
    assert {change["changed_by"] for change in (recorded, moved, held)} == {"0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10"}


async def test_a_cohort_whose_only_session_was_watched_is_over(enrolment: EnrolmentService) -> None:
    """No register of the day says so, and the places of those who watched it do not end."""
    cohort, _ = await enrolment.full_cohort(1)
    session = (await enrolment.session(cohort))["session_id"]
    (holder,) = [e.person_id for e in await enrolment.announced(LearnerEnrolled)]
    await enrolment.register(session, [row(holder, "recording")], at=AFTER)

    assert problem(await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)) == (
        409,
        "cohort_over",
    )
