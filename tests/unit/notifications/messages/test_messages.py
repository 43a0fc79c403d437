"""Which message it is."""

from datetime import UTC, datetime
from uuid import uuid4

from services.notifications.messages.domain.messages import Cause, Message, Purpose
from shared.ids import EventId, PersonId, SessionId, new_id

AMARA, GRACE = PersonId(uuid4()), PersonId(uuid4())


def caused_by(event_id: EventId, person_id: PersonId = AMARA, purpose: Purpose = Purpose.CONFIRMATION) -> Message:
    return Message(person_id, purpose, Cause(event_id, "correlation", datetime(2020, 9, 12, 9, tzinfo=UTC)))


def test_an_event_asks_for_the_same_message_however_often_it_is_seen() -> None:
    event_id = EventId(new_id())
    assert caused_by(event_id).id == caused_by(event_id).id
    others = {
        caused_by(EventId(new_id())).id,
        caused_by(event_id, GRACE).id,
        caused_by(event_id, purpose=Purpose.WITHDRAWAL).id,
    }
    assert len(others - {caused_by(event_id).id}) == 3


def test_one_event_cancels_each_session_by_a_message_of_its_own() -> None:
    cause = Cause(EventId(new_id()), "correlation", datetime(2020, 9, 12, 9, tzinfo=UTC))
    one, other = SessionId(new_id()), SessionId(new_id())

    def cancelling(session_id: SessionId) -> Message:
        return Message(AMARA, Purpose.CANCELLATION, cause, session_id=session_id)

    assert cancelling(one).id == cancelling(one).id != cancelling(other).id


def test_a_recording_is_one_mail_whichever_miss_it_answers() -> None:
    session_id = SessionId(new_id())

    def missing(person_id: PersonId = AMARA, session_id: SessionId = session_id) -> Message:
        cause = Cause(EventId(new_id()), "correlation", datetime(2020, 9, 12, 9, tzinfo=UTC))
        return Message(person_id, Purpose.RECORDING, cause, session_id=session_id)

    assert missing().mail_id == missing().mail_id
    assert len({missing().mail_id, missing(GRACE).mail_id, missing(session_id=SessionId(new_id())).mail_id}) == 3
    assert caused_by(event_id := EventId(new_id())).mail_id == caused_by(event_id).id


def test_messages_stand_in_the_order_of_their_causes() -> None:
    event_id = EventId(new_id())
    message = caused_by(event_id)
    assert (message.id.version, message.id.variant) == (7, event_id.variant)
    assert message.id.bytes[:6] == event_id.bytes[:6]
