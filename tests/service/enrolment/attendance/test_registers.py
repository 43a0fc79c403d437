from datetime import timedelta
from uuid import UUID

from shared.contracts.enrolment.learners import (
    ProgrammeCompleted,
    RecordingNotWatched,
    RecordingWatched,
    SessionAttended,
    SessionMissed,
)
from shared.ids import new_id
from tests.service.enrolment.enrolment import AFTER, NOW, SESSION, EnrolmentService, row
from tests.support.services import problem


async def a_session(enrolment: EnrolmentService, people: int) -> tuple[str, list[UUID]]:
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    ids = await enrolment.people(people)
    for person in ids:
        await enrolment.enrol(cohort, person)
    return session["session_id"], ids


async def test_a_register_tells_live_part_and_missed_apart(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (live, part, missed) = await a_session(enrolment, 3)

    answers = await enrolment.register(
        session,
        [row(live, "live", minutes=110), row(part, "part", minutes=30), row(missed, "missed", apologies=True)],
    )

    assert [a["outcome"] for a in answers] == ["recorded"] * 3
    attended = await enrolment.announced(SessionAttended)
    assert [(e.person_id, e.mode, e.minutes) for e in attended] == [(live, "live", 110), (part, "part", 30)]
    assert {e.effective_at for e in attended} == {SESSION}
    (absent,) = await enrolment.announced(SessionMissed)
    assert (absent.person_id, absent.apologies) == (missed, True)


async def test_a_register_sent_again_changes_and_announces_nothing(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, people = await a_session(enrolment, 2)
    rows = [row(people[0], "live"), row(people[1], "missed")]
    await enrolment.register(session, rows)
    before = len(await enrolment.announced())

    again = await enrolment.register(session, rows)

    assert [a["outcome"] for a in again] == ["unchanged", "unchanged"]
    assert len(await enrolment.announced()) == before


async def test_bad_rows_refuse_only_themselves(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (first, second, third, fourth) = await a_session(enrolment, 4)

    answers = await enrolment.register(
        session,
        [
            row(first, "live", minutes=89),
            row(second, "part", minutes=90),
            row(third, "live", apologies=True),
            row(new_id(), "live"),
            row(fourth, "live", minutes=90),
            row(fourth, "missed"),
        ],
    )

    assert [(a["outcome"], a["code"]) for a in answers] == [
        ("refused", "minutes_contradict_mode"),
        ("refused", "minutes_contradict_mode"),
        ("refused", "apologies_contradict_mode"),
        ("refused", "not_enrolled"),
        ("recorded", None),
        ("refused", "told_twice"),
    ]
    assert [e.person_id for e in await enrolment.announced(SessionAttended)] == [fourth]


async def test_a_recording_is_told_beside_a_missed_day_and_never_as_attendance(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (person,) = await a_session(enrolment, 1)
    await enrolment.register(session, [row(person, "missed")])

    (answer,) = await enrolment.register(session, [row(person, "recording")], at=AFTER + timedelta(days=2))

    assert answer["outcome"] == "recorded"
    assert [e.person_id for e in await enrolment.announced(RecordingWatched)] == [person]
    assert await enrolment.announced(SessionAttended) == []
    truths = "select on_the_day || ' ' || recording from attendance"
    assert await enrolment.value(truths) == "missed true"


async def read_back(enrolment: EnrolmentService, session: str) -> list[tuple[str | None, bool, bool]]:
    """The day, the recording, and whether anything stands there, of everybody."""
    lines = (await enrolment.lead(AFTER).get(f"/v1/sessions/{session}/register")).json()["items"]
    return [(line["on_the_day"], line["recording"], line["recorded_at"] is not None) for line in lines]


async def test_a_recording_that_was_not_watched_is_taken_back_once(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, people = await a_session(enrolment, 2)
    await enrolment.register(session, [row(people[0], "missed", apologies=True)])
    await enrolment.register(session, [row(person, "recording") for person in people])
    told = len(await enrolment.announced())
    later, rows = AFTER + timedelta(days=2), [row(person, "not_watched") for person in people]

    outcomes = [[a["outcome"] for a in await enrolment.register(session, rows, at=later)] for _ in range(2)]

    assert outcomes == [["changed"] * 2, ["unchanged"] * 2]
    assert await read_back(enrolment, session) == [("missed", False, True), (None, False, False)]
    announced = (await enrolment.announced(RecordingNotWatched))[-2:]
    assert [(e.person_id, str(e.session_id), e.effective_at) for e in announced] == [
        (person, session, later) for person in people
    ]
    assert len(await enrolment.announced()) == told + 2

    (again,) = await enrolment.register(session, [row(people[1], "recording")], at=later)
    assert again["outcome"] == "recorded"


async def test_nothing_is_taken_back_from_whoever_watched_nothing(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (person,) = await a_session(enrolment, 1)

    (answer,) = await enrolment.register(session, [row(person, "not_watched")])

    assert answer["outcome"] == "unchanged"
    assert await read_back(enrolment, session) == [(None, False, False)]
    assert await enrolment.announced(RecordingNotWatched) == []


async def test_a_corrected_register_announces_the_correction(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (person,) = await a_session(enrolment, 1)
    await enrolment.register(session, [row(person, "missed")])

    (answer,) = await enrolment.register(session, [row(person, "live")])

    assert answer["outcome"] == "changed"
    assert [type(e) for e in (await enrolment.announced())[-2:]] == [SessionAttended, ProgrammeCompleted]


async def test_nothing_can_be_told_before_the_session_starts(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (person,) = await a_session(enrolment, 1)

    body = {"rows": [row(person, "live")]}
    early = await enrolment.lead(NOW).post(f"/v1/sessions/{session}/register", json=body)

    assert problem(early) == (409, "session_not_started")


async def test_who_withdrew_before_the_session_is_not_in_its_register(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    session = await enrolment.session(cohort)
    before, after = await enrolment.people(2)
    leaves = (await enrolment.enrol(cohort, before)).json()["enrolment_id"]
    stays = (await enrolment.enrol(cohort, after)).json()["enrolment_id"]
    await enrolment.withdraw(leaves)
    await enrolment.withdraw(stays, at=SESSION + timedelta(minutes=5))

    answers = await enrolment.register(session["session_id"], [row(before, "live"), row(after, "part")])

    assert [(a["outcome"], a["code"]) for a in answers] == [("refused", "not_enrolled"), ("recorded", None)]


async def test_a_provider_marks_its_own_sessions_only(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (person,) = await a_session(enrolment, 1)
    await enrolment.it_is(AFTER)
    path, body = f"/v1/sessions/{session}/register", {"rows": [row(person, "live")]}

    other = await enrolment.as_("provider", organisation="Another").post(path, json=body)
    own = await enrolment.as_("provider", organisation="Northfield Learning").post(path, json=body)

    assert (problem(other), own.status_code) == ((404, "session_not_found"), 200)


async def test_completion_follows_the_programmes_own_criterion_once(enrolment: EnrolmentService) -> None:
    await enrolment.programme(completion={"attend": 2, "recordings_count": True}, award="ilm_5")
    cohort = await enrolment.cohort()
    sessions = [(await enrolment.session(cohort, SESSION + timedelta(days=d)))["session_id"] for d in range(3)]
    catches_up, attends, leaves = await enrolment.people(3)
    for person in (catches_up, attends):
        await enrolment.enrol(cohort, person)
    gone = (await enrolment.enrol(cohort, leaves)).json()["enrolment_id"]

    at = [AFTER + timedelta(days=d) for d in range(3)]
    everyone = [row(p, "live") for p in (catches_up, attends, leaves)]
    await enrolment.register(sessions[0], everyone, at=at[0])
    await enrolment.withdraw(gone, at=at[0])
    await enrolment.register(sessions[1], [row(catches_up, "missed"), row(attends, "part")], at=at[1])
    assert [e.person_id for e in await enrolment.announced(ProgrammeCompleted)] == [attends]
    await enrolment.register(sessions[1], [row(catches_up, "recording")], at=at[1])
    await enrolment.register(sessions[2], everyone[:2], at=at[2])

    completed = await enrolment.announced(ProgrammeCompleted)
    assert [(e.person_id, e.award) for e in completed] == [(attends, "ilm_5"), (catches_up, "ilm_5")]
    states = "select string_agg(state, ',' order by state) from enrolment"
    assert await enrolment.value(states) == "completed,completed,withdrawn"


async def test_a_recording_counts_only_where_the_programme_says_so(enrolment: EnrolmentService) -> None:
    await enrolment.programme(completion={"attend": "all", "recordings_count": False})
    session, (person,) = await a_session(enrolment, 1)

    await enrolment.register(session, [row(person, "missed")])
    await enrolment.register(session, [row(person, "recording")])

    assert await enrolment.announced(ProgrammeCompleted) == []


async def test_who_completed_has_nothing_left_to_withdraw_from(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (person,) = await a_session(enrolment, 1)
    await enrolment.register(session, [row(person, "live")])
    (completed,) = await enrolment.announced(ProgrammeCompleted)

    refused = await enrolment.withdraw(str(completed.enrolment_id), at=AFTER)

    assert problem(refused) == (409, "already_completed")


async def test_badly_formed_rows_refuse_only_themselves(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    session, (present, late, far) = await a_session(enrolment, 3)
    rows = [
        row(present, "live"),
        None,
        row(late, "late"),
        row(far, "live", minutes=1_441),
        row(far, "live", minutes="90"),
        {"mode": "live"},
        row(late, "missed", apologies="yes"),
    ]

    answer = await enrolment.lead(AFTER).post(f"/v1/sessions/{session}/register", json={"rows": rows})

    assert [(r["person_id"], r["outcome"], r["code"]) for r in answer.json()["rows"]] == [
        (str(present), "recorded", None),
        (None, "refused", "model_attributes_type"),
        (str(late), "refused", "literal_error"),
        (str(far), "refused", "less_than_equal"),
        (str(far), "refused", "int_type"),
        (None, "refused", "missing"),
        (str(late), "refused", "bool_type"),
    ]
    assert [e.person_id for e in await enrolment.announced(SessionAttended)] == [present]
