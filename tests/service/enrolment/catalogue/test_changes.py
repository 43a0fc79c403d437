"""A mistake is not permanent: what was entered is edited, cancelled, retired, by whom and when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.contracts.enrolment.cohorts import (
    CohortCancelled,
    CohortChanged,
    SessionCancelled,
    SessionRescheduled,
)
from shared.contracts.enrolment.learners import (
    EnrolmentWithdrawn,
    LearnerEnrolled,
    LearnerWaitlisted,
    ProgrammeCompleted,
)
from shared.contracts.enrolment.programmes import ProgrammePublished, ProgrammeRetired
from shared.postgres.database import Transaction
from tests.service.enrolment.enrolment import (
    AFTER,
    AWAY,
    NOW,
    OPENS,
    SESSION,
    EnrolmentService,
    a_cohort,
    a_programme,
    a_session,
    put,
    row,
)
from tests.support.services import problem

MISTAKE = {"reason": "entered_by_mistake"}


async def test_a_cohort_is_edited_by_who_knows_how_it_stands(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    path = f"/v1/cohorts/{await enrolment.cohort()}"

    assert problem(await put(enrolment, path, a_cohort(title="Autumn"), etag="")) == (428, "if_match_missing")
    edited = await put(enrolment, path, a_cohort(title="Autumn", places=19), etag='"1"')
    assert (edited.status_code, edited.headers["etag"], edited.json()["title"]) == (200, '"2"', "Autumn")
    assert problem(await put(enrolment, path, a_cohort(), etag='"1"')) == (412, "stale_etag")
    again = await put(enrolment, path, a_cohort(title="Autumn", places=19), etag='"1"')
    assert (again.status_code, again.headers["etag"]) == (200, '"2"')

    (event,) = await enrolment.announced(CohortChanged)
    assert (event.title, event.places, event.effective_at) == ("Autumn", 19, NOW)


async def test_what_a_cohort_may_not_become_is_refused_and_leaves_it_as_it_was(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    await enrolment.programme("CLS8")
    cohort = await enrolment.cohort()
    await enrolment.session(cohort)
    for person in await enrolment.people(2):
        await enrolment.enrol(cohort, person)
    path = f"/v1/cohorts/{cohort}"
    before = (await enrolment.lead().get(path)).json()

    for body, refused in (
        (a_cohort(places=1), (409, "places_taken")),
        (a_cohort(programme_code="CLS8"), (422, "programme_fixed")),
        (a_cohort(seats=20, places=21), (409, "over_booking_not_allowed")),
        (a_cohort(opens_at=(SESSION + timedelta(1)).isoformat()), (422, "session_outside_cohort")),
        (a_cohort(closes_at=OPENS.isoformat()), (422, "closes_before_it_opens")),
    ):
        assert problem(await put(enrolment, path, body)) == refused

    assert (await enrolment.lead().get(path)).json() == before
    assert await enrolment.announced(CohortChanged) == []


async def test_more_places_go_to_those_who_wait_in_their_order(enrolment: EnrolmentService) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    waiting = await enrolment.people(3)
    for person in waiting:
        await enrolment.wait_for(cohort, person)

    edited = await put(enrolment, f"/v1/cohorts/{cohort}", a_cohort(seats=3, places=3))

    promoted = [e.person_id for e in await enrolment.announced(LearnerEnrolled) if e.previous == "waitlisted"]
    assert promoted == waiting[:2]
    assert edited.json()["places_taken"] == 3
    assert (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["waiting"] == 1


async def test_a_session_lies_within_its_cohorts_time(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    path = f"/v1/cohorts/{cohort}/sessions"

    for wrong in (
        datetime(2012, 10, 12, 9, tzinfo=UTC),
        OPENS - timedelta(minutes=1),
        datetime(2025, 1, 1, tzinfo=UTC),
    ):
        refused = await enrolment.lead().post(path, json=a_session(cohort, wrong))
        assert problem(refused) == (422, "session_outside_cohort")
    kept = await enrolment.lead().post(path, json=a_session(cohort, OPENS))
    assert kept.status_code == 201

    moved = await put(
        enrolment, f"/v1/sessions/{kept.json()['session_id']}", a_session(cohort, datetime(2012, 10, 12, 9, tzinfo=UTC))
    )
    assert problem(moved) == (422, "session_outside_cohort")


async def test_a_session_is_rescheduled_and_the_cohort_begins_when_it_does(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    path, later = f"/v1/sessions/{session['session_id']}", SESSION + timedelta(days=14)

    assert problem(await put(enrolment, path, a_session(cohort, later), etag="")) == (428, "if_match_missing")
    moved = await put(enrolment, path, a_session(cohort, later), etag='"1"')
    assert (moved.status_code, moved.headers["etag"], moved.json()["calendar_sequence"]) == (200, '"2"', 1)
    assert problem(await put(enrolment, path, a_session(cohort), etag='"1"')) == (412, "stale_etag")
    assert (await put(enrolment, path, a_session(cohort, later), etag='"1"')).json() == moved.json()

    (event,) = await enrolment.announced(SessionRescheduled)
    assert (event.starts_at, event.previous_starts_at, event.calendar_sequence) == (later, SESSION, 1)
    assert event.join_ref == session["join_ref"]
    assert (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["first_session_at"] == moved.json()["starts_at"]


async def test_another_room_is_nobodys_calendars_business(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    path = f"/v1/sessions/{session['session_id']}"

    moved = await put(enrolment, path, a_session(cohort, join_url="https://rooms.example.org/other"))
    elsewhere = await put(enrolment, path, a_session(cohort, join_url="https://rooms.example.com/other"))

    assert (moved.json()["calendar_sequence"], moved.json()["version"]) == (0, 2)
    assert problem(elsewhere) == (422, "link_host_unknown")
    assert await enrolment.announced(SessionRescheduled) == []
    led = await enrolment.lead().get(f"/v1/joining/{session['join_ref']}")
    assert led.headers["location"] == "https://rooms.example.org/other"


async def test_later_dates_give_those_who_wait_another_chance(enrolment: EnrolmentService) -> None:
    cohort, (place,) = await enrolment.full_cohort(1)
    session = await enrolment.session(cohort)
    (waiting,) = await enrolment.people(1)
    await enrolment.wait_for(cohort, waiting)
    began = SESSION + timedelta(minutes=10)
    await enrolment.withdraw(place, at=began)
    assert (await enrolment.lead(began).get(f"/v1/cohorts/{cohort}")).json()["waiting"] == 1

    await put(
        enrolment, f"/v1/sessions/{session['session_id']}", a_session(cohort, SESSION + timedelta(days=7)), at=began
    )

    (promoted,) = [e for e in await enrolment.announced(LearnerEnrolled) if e.previous == "waitlisted"]
    assert promoted.person_id == waiting


async def test_what_people_still_expect_is_not_moved_into_the_past(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    path = f"/v1/sessions/{session['session_id']}"

    moved = await put(enrolment, path, a_session(cohort, NOW - timedelta(days=2)))
    assert problem(moved) == (409, "session_moved_into_past")
    over = await put(enrolment, path, a_session(cohort, SESSION - timedelta(days=1)), at=AFTER)
    assert over.status_code == 200


async def test_a_session_may_be_moved_into_the_present_and_one_that_runs_not_into_the_past(
    enrolment: EnrolmentService,
) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    path = f"/v1/sessions/{(await enrolment.session(cohort))['session_id']}"

    brought_forward = await put(enrolment, path, a_session(cohort, NOW - timedelta(minutes=30)))
    assert brought_forward.status_code == 200
    assert problem(await put(enrolment, path, a_session(cohort, NOW - timedelta(minutes=120)))) == (
        409,
        "session_moved_into_past",
    )


async def test_a_cancelled_session_is_none_of_the_cohorts_any_more(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    first = await enrolment.session(cohort)
    await enrolment.session(cohort, SESSION + timedelta(days=7))
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)
    path = f"/v1/sessions/{first['session_id']}"

    unknown = await enrolment.lead().post(f"{path}/cancellation", json={"reason": "rain"})
    assert problem(unknown) == (422, "unknown_code")
    cancelled = (await enrolment.lead().post(f"{path}/cancellation", json=AWAY)).json()
    assert (cancelled["cancellation_reason"], cancelled["version"]) == ("facilitator_unavailable", 2)

    (event,) = await enrolment.announced(SessionCancelled)
    assert (event.calendar_sequence, event.reason) == (1, "facilitator_unavailable")
    shown = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()
    assert (shown["sessions"], shown["first_session_at"]) == (1, "2020-10-19T09:00:00Z")
    for method, below, body in (
        ("POST", "/cancellation", AWAY),
        ("PUT", "", a_session(cohort, title="After all")),
        ("POST", "/register", {"rows": [row(person, "live")]}),
        ("POST", "/recording", {"recording_url": "https://films.example.org/1"}),
    ):
        refused = await enrolment.lead(AFTER).request(
            method, path + below, json=body, headers={"If-Match": "*", "Idempotency-Key": below or "put"}
        )
        assert problem(refused) == (409, "session_cancelled"), below
    learner = enrolment.as_("learner", person_id=person)
    assert problem(await learner.get(f"/v1/joining/{first['join_ref']}")) == (404, "link_not_found")


async def test_who_was_at_all_that_is_left_has_completed_the_programme(enrolment: EnrolmentService) -> None:
    await enrolment.programme(award="ilm_3")
    cohort = await enrolment.cohort()
    held = await enrolment.session(cohort)
    left_out = await enrolment.session(cohort, SESSION + timedelta(days=7))
    there, away = await enrolment.people(2)
    for person in (there, away):
        await enrolment.enrol(cohort, person)
    await enrolment.register(held["session_id"], [row(there, "live"), row(away, "missed")])
    assert await enrolment.announced(ProgrammeCompleted) == []

    await enrolment.lead(AFTER).post(f"/v1/sessions/{left_out['session_id']}/cancellation", json=AWAY)

    (completed,) = await enrolment.announced(ProgrammeCompleted)
    assert (completed.person_id, completed.award) == (there, "ilm_3")


async def test_nobody_completes_a_programme_whose_only_session_was_cancelled(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)

    await enrolment.lead().post(f"/v1/sessions/{session['session_id']}/cancellation", json=AWAY)

    assert await enrolment.announced(ProgrammeCompleted) == []


async def test_with_a_cancelled_cohort_everything_ends_that_was_to_come(enrolment: EnrolmentService) -> None:
    cohort, _ = await enrolment.full_cohort(2)
    held = await enrolment.session(cohort)
    to_come = await enrolment.session(cohort, SESSION + timedelta(days=7))
    (waiting,) = await enrolment.people(1)
    await enrolment.wait_for(cohort, waiting)
    holders = [e.person_id for e in await enrolment.announced(LearnerEnrolled)]
    await enrolment.register(held["session_id"], [row(person, "live") for person in holders])

    path = f"/v1/cohorts/{cohort}"
    cancelled = await enrolment.lead(AFTER).post(f"{path}/cancellation", json=AWAY)

    assert cancelled.status_code == 200, cancelled.text
    shown = (await enrolment.lead(AFTER).get(path)).json()
    assert (shown["availability"], shown["places_taken"], shown["waiting"]) == ("cancelled", 0, 0)
    assert (shown["sessions"], shown["cancellation_reason"]) == (1, "facilitator_unavailable")
    ended = await enrolment.announced(EnrolmentWithdrawn)
    assert {(e.person_id, e.previous) for e in ended} == {(p, "enrolled") for p in holders} | {(waiting, "waitlisted")}
    assert {(e.by, e.reason, e.late) for e in ended} == {("academy", "cohort_cancelled", False)}
    (event,) = await enrolment.announced(CohortCancelled)
    assert (event.reason, list(map(str, event.session_ids))) == ("facilitator_unavailable", [to_come["session_id"]])
    assert await enrolment.announced(SessionCancelled) == []
    assert await enrolment.announced(ProgrammeCompleted) == []
    sessions = (await enrolment.lead(AFTER).get(f"{path}/sessions")).json()["items"]
    assert [s["cancelled_at"] is not None for s in sessions] == [False, True]
    assert sessions[1]["session_id"] == to_come["session_id"]


async def test_nothing_happens_in_a_cancelled_cohort(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)
    path = f"/v1/cohorts/{cohort}"
    await enrolment.lead().post(f"{path}/cancellation", json=MISTAKE)

    for answer in (
        await enrolment.enrol(cohort, person),
        await enrolment.wait_for(cohort, person),
        await put(enrolment, path, a_cohort(title="After all")),
        await enrolment.lead().post(f"{path}/sessions", json=a_session(cohort)),
        await enrolment.lead().post(f"{path}/cancellation", json=MISTAKE),
    ):
        assert problem(answer) == (409, "cohort_cancelled")
    assert await enrolment.announced(LearnerWaitlisted) == []


async def test_nobody_withdraws_for_a_reason_that_is_the_academys(enrolment: EnrolmentService) -> None:
    _, (place,) = await enrolment.full_cohort(1)
    answer = await enrolment.lead().post(f"/v1/enrolments/{place}/withdrawal", json={"reason": "cohort_cancelled"})
    assert problem(answer) == (422, "unknown_code")


async def test_a_retired_programme_opens_no_cohort_until_it_is_offered_again(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    (person,) = await enrolment.people(1)

    for _ in range(2):
        retired = await enrolment.lead().post("/v1/programmes/CLS7/retirement")
        assert (retired.status_code, retired.json()["version"]) == (200, 2)
    assert len(await enrolment.announced(ProgrammeRetired)) == 1
    refused = await enrolment.lead().post("/v1/cohorts", json=a_cohort())
    assert problem(refused) == (409, "programme_retired")
    assert (await enrolment.enrol(cohort, person)).status_code == 201

    offered = await put(enrolment, "/v1/programmes/CLS7", a_programme(), etag='"2"')
    assert (offered.status_code, offered.json()["retired_at"], offered.json()["version"]) == (200, None, 3)
    assert len(await enrolment.announced(ProgrammePublished)) == 2
    assert await enrolment.cohort()


async def test_history_tells_who_changed_what_from_what_to_what(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    path = f"/v1/cohorts/{cohort}"
    await put(enrolment, path, a_cohort(title="Autumn", withdrawal_cutoff_days=3))
    await put(enrolment, f"/v1/sessions/{session['session_id']}", a_session(cohort, SESSION + timedelta(days=1)))
    await put(enrolment, "/v1/programmes/CLS7", a_programme(title="Trauma informed"))
    await enrolment.lead().post(f"{path}/cancellation", json=MISTAKE)

    cancelled, edited, created = (await enrolment.lead().get(f"{path}/history")).json()["items"]
    assert [c["action"] for c in (created, edited, cancelled)] == ["created", "edited", "cancelled"]
    assert [c["version"] for c in (created, edited, cancelled)] == [1, 2, 3]
    assert edited["fields"] == {
        "title": {"before": "October", "after": "Autumn"},
        "withdrawal_cutoff_days": {"before": 5, "after": 3},
    }
    assert (edited["changed_by"], edited["changed_at"]) == (cancelled["changed_by"], "2020-09-14T09:00:00Z")
    _, moved, _ = (await enrolment.lead().get(f"/v1/sessions/{session['session_id']}/history")).json()["items"]
    assert moved["fields"]["starts_at"] == {"before": "2020-10-12T09:00:00Z", "after": "2020-10-13T09:00:00Z"}
    renamed = (await enrolment.lead().get("/v1/programmes/CLS7/history")).json()["items"][0]
    assert renamed["fields"] == {"title": {"before": "Trauma informed leadership", "after": "Trauma informed"}}


async def test_history_is_only_added_to(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    with pytest.raises(Exception, match="only ever added"):
        await enrolment.value("delete from change returning 1")


async def test_a_register_is_read_back_and_put_right(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = (await enrolment.session(cohort))["session_id"]
    there, away, silent, stranger = await enrolment.people(4)
    for person in (there, away, silent):
        await enrolment.enrol(cohort, person)
    await enrolment.register(session, [row(there, "live", minutes=120), row(away, "missed", apologies=True)])
    path = f"/v1/sessions/{session}/register"

    lines = {r["person_id"]: r for r in (await enrolment.lead(AFTER).get(path)).json()["items"]}
    assert set(lines) == {str(there), str(away), str(silent)}
    assert str(stranger) not in lines
    assert [lines[str(p)]["on_the_day"] for p in (there, away, silent)] == ["live", "missed", None]
    assert (lines[str(there)]["minutes"], lines[str(away)]["apologies"]) == (120, True)
    assert (lines[str(silent)]["recorded_at"], lines[str(silent)]["name"]) == (None, "Asha Patel")

    await enrolment.register(session, [row(away, "part")])
    put_right = {r["person_id"]: r for r in (await enrolment.lead(AFTER).get(path)).json()["items"]}
    assert (put_right[str(away)]["on_the_day"], put_right[str(away)]["apologies"]) == ("part", False)
    own = await enrolment.as_("provider", organisation="Northfield Learning").get(path)
    other = await enrolment.as_("provider", organisation="Another").get(path)
    assert (own.status_code, problem(other)) == (200, (404, "session_not_found"))
    first = (await enrolment.lead(AFTER).get(path, params={"limit": 2})).json()
    rest = (await enrolment.lead(AFTER).get(path, params={"limit": 2, "after": first["next"]})).json()
    assert [r["person_id"] for r in first["items"] + rest["items"]] == sorted(map(str, (there, away, silent)))


async def test_what_ended_before_a_cohort_was_cancelled_may_still_have_been_held(enrolment: EnrolmentService) -> None:
    """Its register is often taken days later."""
    await enrolment.programme()
    cohort = await enrolment.cohort()
    ended = await enrolment.session(cohort)
    await enrolment.session(cohort, SESSION + timedelta(days=7))
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)

    await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)

    (answer,) = await enrolment.register(ended["session_id"], [row(person, "live")])
    assert answer["outcome"] == "recorded"
    assert (await enrolment.lead(AFTER).get(f"/v1/cohorts/{cohort}")).json()["sessions"] == 1


async def graduate(enrolment: EnrolmentService) -> tuple[str, str, UUID]:
    """A cancelled cohort of whose two sessions one was held, that session, and who completed the programme by it."""
    await enrolment.programme(completion={"attend": 1, "recordings_count": False})
    cohort = await enrolment.cohort()
    held = (await enrolment.session(cohort))["session_id"]
    await enrolment.session(cohort, SESSION + timedelta(days=7))
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)
    await enrolment.register(held, [row(person, "live")])
    assert (await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)).status_code == 200
    return cohort, held, person


async def test_who_completed_before_the_cohort_was_cancelled_has_completed(enrolment: EnrolmentService) -> None:
    cohort, _, person = await graduate(enrolment)

    assert await enrolment.announced(EnrolmentWithdrawn) == []
    (place,) = (await enrolment.lead(AFTER).get(f"/v1/cohorts/{cohort}/enrolments")).json()["items"]
    assert (place["person_id"], place["state"]) == (str(person), "completed")


async def test_who_completed_by_mistake_holds_no_place_of_a_cancelled_cohort(enrolment: EnrolmentService) -> None:
    cohort, held, person = await graduate(enrolment)

    await enrolment.register(held, [row(person, "missed")])

    (ended,) = await enrolment.announced(EnrolmentWithdrawn)
    assert (ended.person_id, ended.reason, ended.late) == (person, "cohort_cancelled", False)
    assert (await enrolment.lead(AFTER).get(f"/v1/cohorts/{cohort}")).json()["places_taken"] == 0


async def test_what_was_held_of_a_cancelled_cohort_can_still_be_watched(enrolment: EnrolmentService) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    session = await enrolment.session(cohort)
    await enrolment.session(cohort, SESSION + timedelta(days=7))
    (holder,) = [e.person_id for e in await enrolment.announced(LearnerEnrolled)]
    (waiting,) = await enrolment.people(1)
    await enrolment.wait_for(cohort, waiting)
    film = {"recording_url": "https://films.example.org/1"}
    recorded = await enrolment.lead(AFTER).post(f"/v1/sessions/{session['session_id']}/recording", json=film)
    await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)

    path = f"/v1/recordings/{recorded.json()['recording_ref']}"
    assert (await enrolment.as_("learner", person_id=holder).get(path)).status_code == 302
    assert problem(await enrolment.as_("learner", person_id=waiting).get(path)) == (404, "link_not_found")


async def test_an_edit_is_judged_by_what_it_changes(enrolment: EnrolmentService) -> None:
    """What the programme said when the cohort opened, and sessions of before, stand in nobody's way."""
    await enrolment.programme(over_booking=True)
    cohort = await enrolment.cohort(seats=10, places=12)
    session = await enrolment.session(cohort)
    await put(enrolment, "/v1/programmes/CLS7", a_programme(over_booking=False))
    await enrolment.under_test.db.run(_out_of_time)

    renamed = await put(enrolment, f"/v1/cohorts/{cohort}", a_cohort(seats=10, places=12, title="Autumn"))
    moved = a_session(cohort, datetime(2012, 10, 12, 9, tzinfo=UTC), join_url="https://rooms.example.org/other")
    elsewhere = await put(enrolment, f"/v1/sessions/{session['session_id']}", moved)
    more = await put(enrolment, f"/v1/cohorts/{cohort}", a_cohort(seats=10, places=13, title="Autumn"))

    assert (renamed.status_code, elsewhere.status_code) == (200, 200)
    assert problem(more) == (409, "over_booking_not_allowed")


async def _out_of_time(tx: Transaction) -> None:
    await tx.execute(
        "update session set starts_at = '2012-10-12T09:00Z', ends_at = '2012-10-12T11:00Z';"
        "update cohort set first_session_at = '2012-10-12T09:00Z'"
    )


async def test_a_cohort_has_so_many_sessions_and_no_more_cancelled_ones_too(
    enrolment: EnrolmentService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.enrolment.catalogue.domain.cohorts.MOST_SESSIONS", 2)
    await enrolment.programme()
    cohort = await enrolment.cohort()
    first = await enrolment.session(cohort)
    await enrolment.session(cohort, SESSION + timedelta(days=7))
    await enrolment.lead().post(f"/v1/sessions/{first['session_id']}/cancellation", json=AWAY)

    more = await enrolment.lead().post(f"/v1/cohorts/{cohort}/sessions", json=a_session(cohort))
    assert problem(more) == (409, "too_many_sessions")


async def test_a_place_that_a_cancelled_date_frees_time_for_goes_on(enrolment: EnrolmentService) -> None:
    """The first date is cancelled after it came: until the next one places are handed on again."""
    cohort, (place,) = await enrolment.full_cohort(1)
    first = await enrolment.session(cohort)
    await enrolment.session(cohort, SESSION + timedelta(days=7))
    (waiting,) = await enrolment.people(1)
    await enrolment.wait_for(cohort, waiting)
    await enrolment.withdraw(place, at=SESSION + timedelta(minutes=10))

    await enrolment.lead(AFTER).post(f"/v1/sessions/{first['session_id']}/cancellation", json=AWAY)

    (promoted,) = [e for e in await enrolment.announced(LearnerEnrolled) if e.previous == "waitlisted"]
    assert promoted.person_id == waiting
