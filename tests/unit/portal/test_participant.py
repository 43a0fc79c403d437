import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.messages.api.messages import MessageView
from services.notifications.messages.domain.messages import Purpose, Silence
from services.portal.clients.enrolment.own_sessions import OwnSession
from services.portal.clients.enrolment.places import Place
from services.portal.clients.enrolment.sessions import Session
from services.portal.pages.learner_form import with_own
from services.portal.pages.participant.messages import PURPOSES, SILENCES, WAITS
from services.portal.pages.participant.months import months_from
from services.portal.pages.participant.own import Dated, can_leave, is_over, is_to_come, with_dates
from services.portal.pages.participant.refusals import REFUSALS

NOW = datetime(2020, 10, 12, 10, tzinfo=UTC)
DATED = {"cohort_closed", "cohort_not_open_yet"}


def a_place(**given: Any) -> Place:
    told: dict[str, Any] = {
        "enrolment_id": uuid4(),
        "cohort_id": uuid4(),
        "programme_code": "CLS7",
        "cohort_title": "October",
    }
    return Place.model_validate({**told, "state": "enrolled", **given})


def a_session(ends_at: datetime, **given: Any) -> Session:
    starts_at = ends_at - timedelta(hours=2)
    told: dict[str, Any] = {"session_id": uuid4(), "cohort_id": uuid4(), "title": "Session", "starts_at": starts_at}
    return Session.model_validate({**told, "ends_at": ends_at, **given})


def test_a_session_is_to_come_until_it_ends() -> None:
    assert is_to_come(a_session(NOW + timedelta(minutes=1)), NOW)
    assert not is_to_come(a_session(NOW), NOW)
    assert not is_to_come(a_session(NOW + timedelta(days=1), cancelled_at=NOW), NOW)


def test_a_course_is_over_when_all_that_took_place_has_ended() -> None:
    held, cancelled = a_session(NOW), a_session(NOW + timedelta(days=1), cancelled_at=NOW)
    assert is_over([held, cancelled], NOW)
    assert not is_over([held, a_session(NOW + timedelta(minutes=1))], NOW)


@pytest.mark.parametrize("sessions", [[], [a_session(NOW, cancelled_at=NOW)]])
def test_a_course_without_a_date_is_not_over(sessions: list[Session]) -> None:
    assert not is_over(sessions, NOW)


def test_nobody_leaves_what_is_over_or_what_the_service_keeps() -> None:
    held, to_come = [a_session(NOW)], [a_session(NOW + timedelta(minutes=1))]
    allowed = a_place(allowed_actions=["withdraw"])
    assert can_leave(allowed, to_come, NOW)
    assert not can_leave(allowed, held, NOW)
    assert not can_leave(a_place(), to_come, NOW)


def own_session(place: Place, starts_at: datetime, **given: Any) -> OwnSession:
    told = {"session_id": uuid4(), "enrolment_id": place.enrolment_id, "cohort_title": "October", "title": "Session"}
    return OwnSession.model_validate({**told, "starts_at": starts_at, "ends_at": starts_at, **given})


@pytest.mark.parametrize(
    ("place", "days", "to_come"),
    [
        (a_place(first_session_at=NOW - timedelta(days=1)), [1], True),
        (a_place(first_session_at=NOW - timedelta(days=1)), [], False),
        (a_place(), [], True),
        (a_place(state="withdrawn", withdrawn_at=NOW), [], False),
    ],
)
def test_a_place_is_to_come_while_something_of_it_is_left(
    place: Place,
    days: list[int],
    to_come: bool,  # noqa: FBT001
) -> None:
    assert Dated(place, [own_session(place, NOW + timedelta(days=day)) for day in days]).to_come is to_come


def test_each_place_has_its_own_sessions_and_goes_on_with_the_first_of_them() -> None:
    first, second, undated = a_place(), a_place(), a_place()
    coming = [own_session(place, NOW + timedelta(days=day)) for day, place in enumerate((second, first, second))]
    dated = {one.place.enrolment_id: one for one in with_dates([first, second, undated], coming)}
    assert dated[second.enrolment_id].sessions == [coming[0], coming[2]]
    assert sorted(dated, key=lambda key: dated[key].next_at) == [
        second.enrolment_id,
        first.enrolment_id,
        undated.enrolment_id,
    ]


@pytest.mark.parametrize(
    ("on_the_day", "recording", "attended"),
    [(None, False, None), ("live", True, "live"), ("missed", False, "missed"), ("missed", True, "recording")],
)
def test_who_missed_a_session_and_watched_it_later_has_watched_it(
    on_the_day: str | None,
    recording: bool,  # noqa: FBT001
    attended: str | None,
) -> None:
    session = own_session(a_place(), NOW, on_the_day=on_the_day, recording=recording)
    assert session.attended == attended


@pytest.mark.parametrize(
    ("now", "late"),
    [
        (datetime(2020, 10, 5, 22, 59, tzinfo=UTC), False),
        (datetime(2020, 10, 5, 23, 1, tzinfo=UTC), True),
    ],
)
def test_a_place_is_given_up_late_after_the_london_day(now: datetime, late: bool) -> None:  # noqa: FBT001
    assert a_place(in_time_until=date(2020, 10, 5)).late_at(now) is late
    assert not a_place(in_time_until=date(2020, 10, 5), state="waitlisted").late_at(now)


def test_months_go_on_over_the_end_of_the_year() -> None:
    months = months_from(datetime(2020, 10, 31, 12, tzinfo=UTC))
    assert months[0] == ("2020-10", "October 2020")
    assert months[-1] == ("2021-09", "September 2021")
    assert len(months) == 12


def test_months_begin_with_the_one_in_london() -> None:
    assert months_from(datetime(2021, 3, 31, 23, 30, tzinfo=UTC))[0][0] == "2021-04"


def test_a_code_that_ended_may_stay_where_it_stands() -> None:
    in_force, words = [("a", "Of today")], {"a": "Of today", "z": "Of then"}
    assert with_own(in_force, "z", words) == [("a", "Of today"), ("z", "Of then")]
    assert with_own(in_force, "a", words) == in_force
    assert with_own(in_force, "", words) == in_force


def test_whatever_a_message_is_about_and_whyever_it_is_not_sent_has_words() -> None:
    assert PURPOSES.keys() == set(Purpose)
    assert SILENCES.keys() == set(Silence)


def test_whatever_a_message_waits_for_has_words() -> None:
    assert f"What is not known yet: {', '.join(WAITS)};" in str(MessageView.model_fields["waiting_for"].description)


def test_whatever_a_person_may_be_refused_is_said_to_them_unless_the_service_tells_a_day() -> None:
    paths = json.loads(Path("docs/api/enrolment.json").read_text())["paths"]
    asked = (
        "cohorts/{cohort_id}/enrolments",
        "cohorts/{cohort_id}/waiting-list",
        "enrolments/{enrolment_id}/withdrawal",
    )
    conflicts = [paths[f"/v1/{path}"]["post"]["responses"]["409"]["$ref"].rpartition("/")[2] for path in asked]
    assert {code for named in conflicts for code in named.split("-")} - REFUSALS.keys() == DATED
