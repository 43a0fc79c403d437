"""UID and SEQUENCE of calendar entries."""

from datetime import timedelta

from services.notifications.domain import invitations
from services.notifications.domain.cohorts import Session
from services.notifications.domain.invitations import CalendarEntry, Invitation, Method, Told
from shared.ids import PersonId, new_id
from tests.unit.notifications.builders import AMARA, ENROLLED_AT, a_session


def heard(session: Session, entry: CalendarEntry) -> Invitation:
    """How the invitation stands after the entry left."""
    told = Told(entry.sequence, entry.session.calendar_sequence, cancelled=entry.method is Method.CANCEL)
    return Invitation(AMARA, session, told)


def test_a_person_and_session_have_one_uid_whatever_is_sent() -> None:
    session = a_session()
    first = Invitation(AMARA, session).next(Method.REQUEST)
    assert heard(session, first).next(Method.CANCEL).uid == first.uid
    assert Invitation(PersonId(new_id()), session).uid != first.uid
    assert Invitation(AMARA, a_session()).uid != first.uid


def test_the_first_entry_carries_the_sessions_own_sequence() -> None:
    assert Invitation(AMARA, a_session(calendar_sequence=4)).next(Method.REQUEST).sequence == 4


def test_the_sequence_rises_through_change_cancel_and_return() -> None:
    session, changed = (s := a_session()), a_session(id=s.id, cohort_id=s.cohort_id, calendar_sequence=1)
    words = [Invitation(AMARA, session).next(Method.REQUEST)]
    words.append(heard(changed, words[-1]).next(Method.REQUEST))
    words.append(heard(changed, words[-1]).next(Method.CANCEL))
    words.append(heard(changed, words[-1]).next(Method.REQUEST))
    assert [w.sequence for w in words] == [0, 1, 2, 3]


def test_the_same_state_gives_the_same_entry_so_a_repeat_changes_nothing() -> None:
    invitation = Invitation(AMARA, a_session(), Told(2, 0, cancelled=True))
    assert invitation.next(Method.REQUEST) == invitation.next(Method.REQUEST)


def test_a_cancelled_session_is_told_again_by_an_update() -> None:
    cancelled = Invitation(AMARA, a_session(), Told(1, 0, cancelled=True))
    assert len(invitations.update([cancelled], as_at=ENROLLED_AT)) == 1
    assert invitations.cancel([cancelled], as_at=ENROLLED_AT) == ()


def test_what_is_over_is_neither_updated_nor_cancelled() -> None:
    session = a_session(calendar_sequence=1)
    held = Invitation(AMARA, session, Told(0, 0, cancelled=False))
    afterwards = session.ends_at + timedelta(minutes=1)
    assert invitations.update([held], as_at=afterwards) == ()
    assert invitations.cancel([held], as_at=afterwards) == ()
