"""What messages say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.calendars.domain.invitations import LastSent, Method
from services.notifications.channels.domain import letters
from services.notifications.channels.domain.letters import OFFERED, DueMessage, NothingToSay, RenderedMessage
from services.notifications.channels.store import templates
from services.notifications.messages.domain.messages import Purpose
from tests.support.links import LINKS
from tests.unit.notifications.builders import (
    AMARA,
    DESK,
    ENROLLED_AT,
    a_cancellation,
    a_confirmation,
    a_due_message,
    a_recording,
    a_session,
    a_withdrawal,
    an_invitation,
    one_of_each,
)

TOLD = LastSent(sequence=0, session_sequence=0, cancelled=False)
NAMELESS = {Purpose.CANCELLATION, Purpose.ADDRESS_CONFIRMATION, Purpose.ADDRESS_CHANGE}
READINESS = ("ready now", "ready soon", "not yet ready", "between", "readiness", "ready")


def written(due: DueMessage) -> RenderedMessage:
    return letters.write(due, templates.load()[due.message.purpose], DESK)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_letter_of_every_purpose_is_complete(purpose: Purpose) -> None:
    letter = written(one_of_each()[purpose])
    assert "((" not in letter.subject + letter.body
    assert letter.body.startswith("Hello,\n\n" if purpose in NAMELESS else "Dear Amara Okafor,\n\n")
    assert letter.body.endswith("NHS Midlands leadership academy\n")
    assert DESK.address in letter.body
    assert "learner" not in (letter.subject + letter.body).lower()
    assert "\n\n\n" not in letter.body


@pytest.mark.parametrize("purpose", list(Purpose))
def test_nothing_personal_stands_in_a_subject(purpose: Purpose) -> None:
    subject = written(one_of_each()[purpose]).subject
    assert "Amara" not in subject
    assert not any(word in subject.lower() for word in READINESS)


@pytest.mark.parametrize("purpose", [Purpose.TALENT_UPDATE, Purpose.COACHING_INVITATION])
def test_a_judgement_on_a_person_is_in_no_word_of_a_private_letter(purpose: Purpose) -> None:
    letter = written(one_of_each()[purpose])
    assert letter.private
    assert not any(word in letter.body.lower() for word in READINESS)


def test_a_confirmation_tells_date_link_how_to_withdraw_and_whom_to_ask() -> None:
    body = written(a_confirmation()).body
    assert "Tuesday 29 September 2020, 10:00 to 11:30" in body
    assert f"https://academy.example.org/enrolment/joining/j0in?by={LINKS.signed('j0in', AMARA)}\n" in body
    assert "Withdraw at https://academy.example.org/" in body
    assert DESK.address in body


def test_dates_are_told_on_the_london_clock_across_25_october_2020() -> None:
    summer = an_invitation(a_session(starts_at=datetime(2020, 10, 24, 9, tzinfo=UTC)))
    winter = an_invitation(a_session(starts_at=datetime(2020, 10, 26, 9, tzinfo=UTC)))
    body = written(a_confirmation(summer, winter)).body
    assert "Saturday 24 October 2020, 10:00 to 11:30" in body
    assert "Monday 26 October 2020, 09:00 to 10:30" in body


def test_a_session_over_midnight_names_both_days() -> None:
    late = an_invitation(a_session(starts_at=datetime(2020, 9, 29, 22, 30, tzinfo=UTC)))
    assert (
        "Tuesday 29 September 2020, 23:30 to Wednesday 30 September 2020, 01:00" in written(a_confirmation(late)).body
    )


def test_a_confirmation_without_dates_promises_them() -> None:
    letter = written(a_due_message(Purpose.CONFIRMATION, {"came_off_waiting_list": False}))
    assert "still being settled" in letter.body
    assert letter.entries == ()


OVER = an_invitation(a_session(starts_at=ENROLLED_AT - timedelta(days=7)))


def test_a_confirmation_after_the_only_date_says_that_it_has_passed() -> None:
    letter = written(a_confirmation(OVER))
    assert letter.entries == ()
    assert "still being settled" not in letter.body
    assert "Every date planned so far has already taken place." in letter.body
    assert "If there is a further one, we will write again" in letter.body


def test_a_cancelled_date_that_would_have_passed_has_not_taken_place() -> None:
    cancelled = an_invitation(replace(OVER.session, cancelled=True))
    alone, beside_another = written(a_confirmation(cancelled)), written(a_confirmation(cancelled, an_invitation()))
    assert "still being settled" in alone.body
    assert "taken place" not in alone.body + beside_another.body


def test_a_letter_says_what_is_true_when_it_leaves() -> None:
    session = a_session()
    late = written(a_confirmation(an_invitation(session), leaves_at=session.ends_at))
    assert late.entries == ()
    assert "already taken place" in late.body
    assert "look forward to seeing you" not in late.body
    assert "If you cannot come" not in late.body
    assert "\nWithdraw at https://academy.example.org/" in late.body
    running = written(a_confirmation(an_invitation(session), leaves_at=session.starts_at))
    assert [entry.session for entry in running.entries] == [session]
    assert "look forward to seeing you" in running.body


@pytest.mark.parametrize(("last_sent", "why"), [(TOLD, "already_told"), (None, "over")])
def test_an_update_with_nothing_left_to_tell_says_why(last_sent: LastSent | None, why: str) -> None:
    session = a_session()
    update = a_due_message(
        Purpose.SESSION_UPDATE, invitations=(an_invitation(session, last_sent=last_sent),), leaves_at=session.ends_at
    )
    with pytest.raises(NothingToSay) as nothing:
        written(update)
    assert nothing.value.code == why


def test_a_confirmation_between_two_dates_says_that_earlier_ones_have_passed() -> None:
    body = written(a_confirmation(OVER, an_invitation())).body
    assert "Your date, in UK time:" in body
    assert "Earlier dates have already taken place" in body
    assert "planned so far" not in body


def test_a_confirmation_with_every_date_to_come_speaks_of_none_that_has_passed() -> None:
    body = written(a_confirmation()).body
    assert "taken place" not in body


def test_somebody_from_the_waiting_list_hears_the_good_news_first() -> None:
    promoted = a_due_message(Purpose.CONFIRMATION, {"came_off_waiting_list": True}, invitations=(an_invitation(),))
    assert "a place has become free" in written(promoted).body
    assert "a place has become free" not in written(a_confirmation()).body


def test_the_programme_is_named_unless_the_cohort_already_says_it() -> None:
    named = written(a_confirmation(programme_title="ILM level 5", cohort_title="Cohort 2, spring"))
    assert named.subject == "Your place on ILM level 5: Cohort 2, spring"
    said = written(a_confirmation(programme_title="ILM level 5", cohort_title="ILM level 5, cohort 2"))
    assert said.subject == "Your place on ILM level 5, cohort 2"


def test_sessions_over_before_the_place_was_taken_are_left_out() -> None:
    over = an_invitation(a_session(starts_at=ENROLLED_AT - timedelta(days=7)))
    to_come = an_invitation()
    assert [e.session for e in written(a_confirmation(over, to_come)).entries] == [to_come.session]


def test_a_withdrawal_cancels_what_the_calendar_holds() -> None:
    held, never_told = an_invitation(last_sent=TOLD), an_invitation()
    entries = written(a_withdrawal(held, never_told)).entries
    assert [(e.session, e.method) for e in entries] == [(held.session, Method.CANCEL)]


def test_leaving_the_waiting_list_cancels_nothing() -> None:
    letter = written(a_withdrawal(had_place=False))
    assert letter.entries == ()
    assert "taken off the waiting list" in letter.body


def test_an_update_tells_only_what_is_new_or_changed() -> None:
    known, changed = an_invitation(last_sent=TOLD), an_invitation(a_session(calendar_sequence=1), last_sent=TOLD)
    entries = written(a_due_message(Purpose.SESSION_UPDATE, invitations=(known, changed))).entries
    assert [e.session for e in entries] == [changed.session]


@pytest.mark.parametrize(
    ("due", "code"),
    [
        (a_due_message(Purpose.SESSION_UPDATE, invitations=(an_invitation(last_sent=TOLD),)), "already_told"),
        (a_due_message(Purpose.SESSION_UPDATE, invitations=(an_invitation(),), place_held=False), "place_given_up"),
        (a_recording(place_held=False), "place_given_up"),
    ],
)
def test_a_message_that_tells_nothing_is_not_written(due: DueMessage, code: str) -> None:
    with pytest.raises(NothingToSay) as nothing:
        written(due)
    assert nothing.value.code == code


def test_the_recording_letter_carries_the_link_and_thanks_for_apologies() -> None:
    body = written(a_recording()).body
    assert f"https://academy.example.org/enrolment/recordings/rec0rding?by={LINKS.signed('rec0rding', AMARA)}\n" in body
    assert "Thank you for letting us know" in body


def test_an_earlier_address_is_told_nothing_of_the_person_nor_of_the_new_one() -> None:
    letter = written(a_cancellation())
    assert "Amara" not in letter.body
    assert [(e.method, e.sequence, e.email) for e in letter.entries] == [(Method.CANCEL, 1, "old@example.org")]


def test_a_withdrawal_cancels_at_each_address_what_was_sent_there() -> None:
    here = an_invitation(last_sent=TOLD)
    there = an_invitation(last_sent=replace(TOLD, email="old@example.org"))
    due = a_withdrawal(here, there)
    assert [e.session for e in written(due).entries] == [here.session]
    assert [(e.session, e.email) for e in letters.left_behind(due)] == [(there.session, "old@example.org")]
    assert "went to an earlier address of yours are cancelled there" in written(due).body
    assert "earlier address" not in written(a_withdrawal(here)).body


def test_an_update_takes_along_only_the_sessions_it_tells() -> None:
    elsewhere = replace(TOLD, email="old@example.org")
    known, changed = (
        an_invitation(last_sent=elsewhere),
        an_invitation(a_session(calendar_sequence=1), last_sent=elsewhere),
    )
    due = a_due_message(Purpose.SESSION_UPDATE, invitations=(known, changed))
    assert [e.session for e in letters.left_behind(due)] == [changed.session]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_placeholder_offered_is_filled_by_every_letter(purpose: Purpose) -> None:
    due = one_of_each()[purpose]
    text = "".join(f"(({name}))" if _is_text(name) else f"(({name}??x))" for name in sorted(OFFERED[purpose]))
    template = templates.load()[purpose]
    letter = letters.write(due, type(template)(template.name, 1, "subject", text), DESK)
    assert "((" not in letter.body


def _is_text(name: str) -> bool:
    flags = {"no_dates", "one_date", "several_dates", "came_off_waiting_list", "had_place", "was_waiting"}
    flags |= {"all_over", "some_over", "to_come", "more_to_come", "earlier_address"}
    return name not in flags | {"by_learner", "by_academy", "apologies"}
