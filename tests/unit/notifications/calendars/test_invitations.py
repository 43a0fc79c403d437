"""UID and SEQUENCE of calendar entries."""

from datetime import timedelta

import pytest

from services.notifications.calendars.domain import invitations
from services.notifications.calendars.domain.cohorts import Session
from services.notifications.calendars.domain.invitations import CalendarEntry, Invitation, LastSent, Method
from shared.ids import PersonId, new_id
from tests.unit.notifications.builders import AMARA, ENROLLED_AT, a_session

HERS = "amara.okafor@example.nhs.uk"


def heard(session: Session, entry: CalendarEntry) -> Invitation:
    """How the invitation stands after the entry left."""
    told = LastSent(
        entry.sequence, entry.session.calendar_sequence, cancelled=entry.method is Method.CANCEL, email=entry.email
    )
    return Invitation(AMARA, session, told)


def test_a_person_and_session_have_one_uid_whatever_is_sent() -> None:
    session = a_session()
    first = Invitation(AMARA, session).next(Method.REQUEST, HERS)
    assert heard(session, first).next(Method.CANCEL, HERS).uid == first.uid
    assert Invitation(PersonId(new_id()), session).uid != first.uid
    assert Invitation(AMARA, a_session()).uid != first.uid


def test_the_first_entry_carries_the_sessions_own_sequence() -> None:
    assert Invitation(AMARA, a_session(calendar_sequence=4)).next(Method.REQUEST, HERS).sequence == 4


def test_the_sequence_rises_through_change_cancel_and_return() -> None:
    session, changed = (s := a_session()), a_session(id=s.id, cohort_id=s.cohort_id, calendar_sequence=1)
    words = [Invitation(AMARA, session).next(Method.REQUEST, HERS)]
    words.append(heard(changed, words[-1]).next(Method.REQUEST, HERS))
    words.append(heard(changed, words[-1]).next(Method.CANCEL, HERS))
    words.append(heard(changed, words[-1]).next(Method.REQUEST, HERS))
    assert [w.sequence for w in words] == [0, 1, 2, 3]


def test_the_same_state_gives_the_same_entry_so_a_repeat_changes_nothing() -> None:
    invitation = Invitation(AMARA, a_session(), LastSent(2, 0, cancelled=True))
    assert invitation.next(Method.REQUEST, HERS) == invitation.next(Method.REQUEST, HERS)


def test_a_cancelled_session_is_told_again_by_an_update() -> None:
    cancelled = Invitation(AMARA, a_session(), LastSent(1, 0, cancelled=True))
    assert len(invitations.update([cancelled], HERS, as_at=ENROLLED_AT)) == 1
    assert invitations.cancel([cancelled], HERS, as_at=ENROLLED_AT) == ()


@pytest.mark.parametrize(
    ("told", "current"),
    [(None, True), (LastSent(1, 1, cancelled=True), True), (LastSent(0, 0, cancelled=False), False)],
)
def test_a_calendar_is_right_about_a_cancelled_session_where_it_does_not_hold_it(
    *, told: LastSent | None, current: bool
) -> None:
    assert Invitation(AMARA, a_session(cancelled=True, calendar_sequence=1), told).current is current


def test_what_is_over_is_neither_updated_nor_cancelled() -> None:
    session = a_session(calendar_sequence=1)
    held = Invitation(AMARA, session, LastSent(0, 0, cancelled=False))
    afterwards = session.ends_at + timedelta(minutes=1)
    assert invitations.update([held], HERS, as_at=afterwards) == ()
    assert invitations.cancel([held], HERS, as_at=afterwards) == ()


def test_an_entry_that_moves_rises_above_its_cancellation_whichever_of_the_two_arrives_last() -> None:
    session = a_session()
    there = Invitation(AMARA, session, LastSent(3, 0, cancelled=False, email="old@example.org"))
    (cancelled,) = invitations.left_behind([there], HERS, as_at=ENROLLED_AT)
    (moved,) = invitations.invite([there], HERS, as_at=ENROLLED_AT)
    assert (cancelled.email, moved.email) == ("old@example.org", HERS)
    assert 3 < cancelled.sequence < moved.sequence


def test_what_was_cancelled_or_is_over_at_an_earlier_address_is_left_alone() -> None:
    session = a_session()
    cancelled = Invitation(AMARA, session, LastSent(1, 0, cancelled=True, email="old@example.org"))
    held = Invitation(AMARA, session, LastSent(1, 0, cancelled=False, email="old@example.org"))
    assert invitations.left_behind([cancelled], HERS, as_at=ENROLLED_AT) == ()
    assert invitations.left_behind([held], HERS, as_at=session.ends_at) == ()
    assert cancelled.next(Method.REQUEST, HERS).sequence == 2


def test_an_address_in_other_letters_is_the_same_address() -> None:
    held = Invitation(AMARA, a_session(), LastSent(1, 0, cancelled=False, email=HERS.upper()))
    assert invitations.left_behind([held], HERS, as_at=ENROLLED_AT) == ()
    assert len(invitations.cancel([held], HERS, as_at=ENROLLED_AT)) == 1
