"""An edit is judged by what it changes, and by all of it at once."""

from datetime import UTC, datetime, timedelta

from tests.service.enrolment.enrolment import AFTER, AWAY, NOW, SESSION, EnrolmentService, a_cohort, a_session, put
from tests.support.services import problem


async def the_host_ends(enrolment: EnrolmentService) -> None:
    await enrolment.value("update link_host set valid_to = $1 where host = 'example.org' returning 1", NOW.date())


async def test_a_link_that_stays_is_not_asked_about_again(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    path = f"/v1/sessions/{session['session_id']}"
    film = {"recording_url": "https://films.example.org/1"}
    assert (await enrolment.lead(AFTER).post(f"{path}/recording", json=film)).status_code == 200
    await the_host_ends(enrolment)

    assert (await put(enrolment, path, a_session(cohort, title="As it was called"), at=AFTER)).status_code == 200
    assert (await enrolment.lead(AFTER).post(f"{path}/recording", json=film)).status_code == 200

    elsewhere = a_session(cohort, join_url="https://rooms.example.org/another")
    assert problem(await put(enrolment, path, elsewhere, at=AFTER)) == (422, "link_host_unknown")
    another = await enrolment.lead(AFTER).post(
        f"{path}/recording", json={"recording_url": "https://films.example.org/2"}
    )
    assert problem(another) == (422, "link_host_unknown")


async def test_all_that_is_wrong_with_a_session_is_told_at_once(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    long_ago = datetime(2012, 1, 9, 9, tzinfo=UTC)
    wrong = a_session(cohort, long_ago, minutes=-1, join_url="https://rooms.example.net/1")

    answer = await enrolment.lead().post(f"/v1/cohorts/{cohort}/sessions", json=wrong)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/ends_at", "#/starts_at", "#/join_url"]


async def test_enrolment_does_not_close_years_before_the_last_session(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    late = (await enrolment.session(cohort, datetime(2024, 3, 4, 9, tzinfo=UTC)))["session_id"]
    await enrolment.session(cohort)
    sooner = a_cohort(closes_at=(NOW + timedelta(days=1)).isoformat())

    refused = await put(enrolment, f"/v1/cohorts/{cohort}", sooner)
    assert problem(refused) == (422, "session_outside_cohort")
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["#/closes_at"]

    await enrolment.lead().post(f"/v1/sessions/{late}/cancellation", json=AWAY)
    assert (await put(enrolment, f"/v1/cohorts/{cohort}", sooner)).status_code == 200


async def test_a_cancelled_cohort_is_in_the_history_of_its_sessions_and_found_by_who_was_in_it(
    enrolment: EnrolmentService,
) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    held, to_come = [
        (await enrolment.session(cohort, at))["session_id"] for at in (SESSION, SESSION + timedelta(days=7))
    ]
    await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)

    async def history(session: str) -> list[tuple[int, str]]:
        items = (await enrolment.lead(AFTER).get(f"/v1/sessions/{session}/history")).json()["items"]
        return [(change["version"], change["action"]) for change in items]

    assert await history(to_come) == [(2, "cancelled"), (1, "created")]
    assert await history(held) == [(1, "created")]
    for system, found in (("QGH", [cohort]), ("QHL", [])):
        listed = await enrolment.lead(AFTER).get("/v1/cohorts", params={"state": "cancelled", "system": system})
        assert [item["cohort_id"] for item in listed.json()["items"]] == found
