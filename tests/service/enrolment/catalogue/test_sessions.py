from datetime import timedelta

from shared.contracts.enrolment.cohorts import RecordingPublished, SessionScheduled
from tests.service.enrolment.enrolment import AFTER, NOW, SESSION, EnrolmentService
from tests.support.services import problem


async def test_a_session_is_announced_by_reference_and_never_by_address(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session = await enrolment.session(await enrolment.cohort())

    (event,) = await enrolment.announced(SessionScheduled)
    assert event.join_ref == session["join_ref"]
    shown = (await enrolment.as_("learner").get(f"/v1/sessions/{session['session_id']}")).json()
    assert "rooms.example.org" not in event.model_dump_json() + str(shown)
    assert session["join_url"].startswith("https://rooms.example.org/")


async def test_a_session_must_be_one_sitting(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    body = {"title": "S", "starts_at": SESSION.isoformat(), "join_url": "https://rooms.example.org/1"}

    for end in (SESSION, SESSION - timedelta(hours=1), SESSION + timedelta(hours=13)):
        answer = await enrolment.lead().post(f"/v1/cohorts/{cohort}/sessions", json=body | {"ends_at": end.isoformat()})
        assert problem(answer) == (422, "session_times_wrong")


async def test_the_join_link_leads_who_holds_a_place_to_the_room_and_nobody_else(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    holder, stranger = await enrolment.people(2)
    place = (await enrolment.enrol(cohort, holder)).json()["enrolment_id"]
    link = f"/v1/joining/{session['join_ref']}"

    led = await enrolment.as_("learner", person_id=holder).get(link)
    assert (led.status_code, led.headers["location"]) == (302, f"https://rooms.example.org/{cohort}")
    assert (await enrolment.as_("provider", organisation="Northfield Learning").get(link)).status_code == 302
    assert (await enrolment.as_("programme_lead").get(link)).status_code == 302
    colleague = enrolment.as_("learner", person_id=stranger, organisation="Northfield Learning")
    assert problem(await colleague.get(link)) == (404, "link_not_found")
    assert problem(await enrolment.as_("provider", organisation="Another").get(link)) == (404, "link_not_found")
    assert problem(await enrolment.as_("provider").get(link)) == (401, "token_refused")

    await enrolment.withdraw(place)
    assert problem(await enrolment.as_("learner", person_id=holder).get(link)) == (404, "link_not_found")


async def test_a_recording_is_announced_once_and_keeps_its_reference_when_it_moves(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    (holder,) = await enrolment.people(1)
    await enrolment.enrol(cohort, holder)
    path = f"/v1/sessions/{session['session_id']}/recording"

    early = await enrolment.lead().post(path, json={"recording_url": "https://films.example.org/1"})
    assert problem(early) == (409, "session_not_started")
    for film in ("1", "1", "2"):
        await enrolment.lead(AFTER).post(path, json={"recording_url": f"https://films.example.org/{film}"})

    first, moved = await enrolment.announced(RecordingPublished)
    assert first.recording_ref == moved.recording_ref
    link = f"/v1/recordings/{first.recording_ref}"
    led = await enrolment.as_("learner", person_id=holder).get(link)
    assert led.headers["location"] == "https://films.example.org/2"


async def test_a_provider_publishes_recordings_of_its_own_sessions_only(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session = await enrolment.session(await enrolment.cohort())
    await enrolment.it_is(AFTER)
    path, body = f"/v1/sessions/{session['session_id']}/recording", {"recording_url": "https://films.example.org/1"}

    other = await enrolment.as_("provider", organisation="Another").post(path, json=body)
    own = await enrolment.as_("provider", organisation="Northfield Learning").post(path, json=body)

    assert problem(other) == (404, "session_not_found")
    assert own.status_code == 200


async def test_the_sessions_of_a_cohort_are_listed_by_date(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    later = await enrolment.session(cohort, SESSION + timedelta(days=7))
    sooner = await enrolment.session(cohort)

    listed = (await enrolment.as_("learner").get(f"/v1/cohorts/{cohort}/sessions")).json()["items"]

    assert [s["session_id"] for s in listed] == [sooner["session_id"], later["session_id"]]
    first = (await enrolment.lead(NOW).get(f"/v1/cohorts/{cohort}")).json()
    assert (first["sessions"], first["first_session_at"]) == (2, sooner["starts_at"])
