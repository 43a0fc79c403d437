from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.enrolment.attendance.domain.registers import (
    Mark,
    Mode,
    OnTheDay,
    Participant,
    Register,
    Row,
    mode_by_minutes,
)
from services.enrolment.catalogue.domain.programmes import Completion
from services.enrolment.catalogue.domain.sessions import Session
from services.enrolment.places.domain.enrolments import EnrolmentId
from shared.ids import CohortId, PersonId, SessionId, new_id

START = datetime(2020, 10, 12, 9, tzinfo=UTC)
SESSION = Session(
    SessionId(new_id()),
    CohortId(new_id()),
    title="t",
    starts_at=START,
    ends_at=START + timedelta(minutes=90),
    join_ref="ref",
    join_url="https://rooms.example.org/1",
)
PERSON = PersonId(new_id())


def a_participant(**given: Any) -> Participant:
    known: dict[str, Any] = {
        "person_id": PERSON,
        "enrolment_id": EnrolmentId(new_id()),
        "mark": Mark(),
        "completed": False,
        "attended_elsewhere": 0,
        "caught_up_elsewhere": 0,
    }
    return Participant(**known | given)


def a_register(**given: Any) -> Register:
    return Register(SESSION, {PERSON: a_participant(**given)})


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "missed"), (1, "part"), (67, "part"), (68, "live"), (90, "live"), (120, "live")],
)
def test_three_quarters_of_the_minutes_are_live_and_one_is_part(minutes: int, expected: str) -> None:
    assert mode_by_minutes(minutes, 90) == expected


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (Row(PERSON, "live", 67), "minutes_contradict_mode"),
        (Row(PERSON, "part", 68), "minutes_contradict_mode"),
        (Row(PERSON, "part", 0), "minutes_contradict_mode"),
        (Row(PERSON, "missed", 1), "minutes_contradict_mode"),
        (Row(PERSON, "recording", apologies=True), "apologies_contradict_mode"),
        (Row(PERSON, "not_watched", apologies=True), "apologies_contradict_mode"),
        (Row(PersonId(new_id()), "live"), "not_enrolled"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_with_its_reason(row: Row, code: str) -> None:
    (answer,) = a_register().enter_all([row])

    assert (answer.outcome, answer.code) == ("refused", code)


def test_the_truths_of_a_day_and_a_recording_do_not_overwrite_each_other() -> None:
    register = a_register()

    register.enter_all([Row(PERSON, "recording"), Row(PERSON, "missed", apologies=True)])

    assert register.marks[PERSON] == Mark("missed", None, apologies=True, recording=True)
    assert register.marks[PERSON].caught_up
    assert not register.marks[PERSON].attended


def test_who_attended_and_watched_again_is_counted_once() -> None:
    mark = Mark("live", recording=True)

    assert (mark.attended, mark.caught_up) == (True, False)


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        (Mark("missed", 0, apologies=True, recording=True), "changed", Mark("missed", 0, apologies=True)),
        (Mark("live", 80, recording=True), "changed", Mark("live", 80)),
        (Mark(recording=True), "changed", Mark()),
        (Mark("missed"), "unchanged", None),
        (Mark(), "unchanged", None),
    ],
)
def test_a_recording_that_was_not_watched_is_taken_back_and_the_day_stays(
    before: Mark, outcome: str, after: Mark | None
) -> None:
    register = a_register(mark=before)

    (answer,) = register.enter_all([Row(PERSON, "not_watched", minutes=30)])

    assert answer.outcome == outcome
    assert register.marks.get(PERSON) == after
    assert not register.taken_on_the_day()


@pytest.mark.parametrize(
    ("before", "modes", "outcomes", "recording"),
    [
        (Mark(), ["recording", "not_watched"], [("recorded", None), ("refused", "told_twice")], True),
        (Mark(recording=True), ["not_watched", "recording"], [("changed", None), ("refused", "told_twice")], False),
        (Mark(recording=True), ["not_watched", "not_watched"], [("changed", None), ("unchanged", None)], False),
        (Mark(recording=True), ["missed", "not_watched"], [("recorded", None), ("changed", None)], False),
    ],
)
def test_one_register_tells_one_thing_of_a_recording_beside_one_of_the_day(
    *, before: Mark, modes: list[Mode], outcomes: list[tuple[str, str | None]], recording: bool
) -> None:
    register = a_register(mark=before)

    answers = register.enter_all([Row(PERSON, mode) for mode in modes])

    assert [(a.outcome, a.code) for a in answers] == outcomes
    assert register.marks[PERSON].recording is recording


@pytest.mark.parametrize(("modes", "held"), [(["recording"], False), (["missed"], True), (["recording", "part"], True)])
def test_a_session_is_known_to_have_been_held_by_what_happened_on_the_day(*, modes: list[Mode], held: bool) -> None:
    register = a_register()

    register.enter_all([Row(PERSON, mode) for mode in modes])

    assert register.taken_on_the_day() is held


@pytest.mark.parametrize(
    ("criterion", "attended", "caught_up", "sessions", "met"),
    [
        (Completion("all", recordings_count=False), 3, 0, 3, True),
        (Completion("all", recordings_count=False), 2, 1, 3, False),
        (Completion("all", recordings_count=True), 2, 1, 3, True),
        (Completion(2, recordings_count=True), 1, 1, 4, True),
        (Completion(2, recordings_count=False), 1, 3, 4, False),
    ],
)
def test_completion_is_the_programmes_own_criterion(
    *, criterion: Completion, attended: int, caught_up: int, sessions: int, met: bool
) -> None:
    assert criterion.is_met(attended=attended, caught_up=caught_up, sessions=sessions) is met


def test_completing_looks_at_the_other_sessions_too_and_only_once() -> None:
    criterion = Completion("all", recordings_count=False)
    once, again = a_register(attended_elsewhere=1), a_register(attended_elsewhere=1, completed=True)
    for register in (once, again):
        register.enter_all([Row(PERSON, "part")])

    assert [p.person_id for p in once.completing(criterion, 2)] == [PERSON]
    assert again.completing(criterion, 2) == []
    assert once.completing(criterion, 3) == []


@pytest.mark.parametrize(
    ("criterion", "mode", "sessions", "short"),
    [
        (Completion("all", recordings_count=False), "missed", 2, True),
        (Completion("all", recordings_count=False), "part", 2, False),
        (Completion("all", recordings_count=True), "recording", 2, False),
        (Completion(1, recordings_count=False), "missed", 2, False),
    ],
)
def test_who_completed_falls_short_once_the_marks_are_not_enough(
    *, criterion: Completion, mode: Mode, sessions: int, short: bool
) -> None:
    known: dict[str, Any] = {"attended_elsewhere": 1, "mark": Mark("part", minutes=20)}
    completed, never = a_register(completed=True, **known), a_register(**known)
    for register in (completed, never):
        register.enter_all([Row(PERSON, mode)])

    assert [p.person_id for p in completed.falling_short(criterion, sessions)] == [PERSON] * short
    assert never.falling_short(criterion, sessions) == []


@pytest.mark.parametrize(
    ("day", "recordings_count", "short"), [("missed", True, True), ("live", True, False), ("missed", False, False)]
)
def test_who_completed_by_a_recording_falls_short_without_it(
    *, day: OnTheDay, recordings_count: bool, short: bool
) -> None:
    register = a_register(completed=True, attended_elsewhere=1, mark=Mark(day, recording=True))

    register.enter_all([Row(PERSON, "not_watched")])

    criterion = Completion("all", recordings_count=recordings_count)
    assert [p.person_id for p in register.falling_short(criterion, 2)] == [PERSON] * short
