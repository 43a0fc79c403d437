"""What a run finds in mails when something is wrong with them."""

from dataclasses import replace
from uuid import UUID, uuid4, uuid5

import pytest

from tests.chaos.mail_server import Taken
from tests.chaos.mails import CLOSEST, Mails, Message, said_once

PERSON, SESSION = uuid4(), uuid4()


def a_message(*, purpose: str = "confirmation", sent: bool = True) -> Message:
    return Message(uuid4(), PERSON, SESSION if purpose == "recording" else None, purpose, sent)


def taken(number: UUID, at: float = 0.0, recipient: str = "a@example.org") -> Taken:
    return Taken(f"<{number}@example.org>", recipient, at)


def test_what_was_sent_and_taken_is_right() -> None:
    message = a_message()
    assert said_once(Mails([message], [taken(message.message_id)])).violations == []


def test_what_was_told_of_as_sent_and_never_taken_is_a_violation() -> None:
    assert said_once(Mails([a_message()])).violations


def test_a_mail_nobody_asked_for_is_a_violation() -> None:
    assert said_once(Mails([], [taken(uuid4())])).violations


def test_a_mail_of_which_its_sender_could_not_tell_is_none() -> None:
    message = a_message(sent=False)
    assert said_once(Mails([message], [taken(message.message_id)])).violations == []


def test_what_waits_though_it_could_leave_is_a_violation() -> None:
    assert said_once(Mails(left=1)).violations


@pytest.mark.parametrize(("apart", "violations"), [(CLOSEST - 0.1, 1), (CLOSEST, 0)])
def test_a_copy_close_upon_its_mail_is_a_violation(apart: float, violations: int) -> None:
    message = a_message()
    mails = [taken(message.message_id, at) for at in (0.0, apart)]
    assert len(said_once(Mails([message], mails)).violations) == violations
    assert Mails([message], mails).copies == 1


def test_the_same_mail_to_another_address_is_no_copy() -> None:
    message = a_message()
    mails = Mails([message], [taken(message.message_id), taken(message.message_id, 1.0, "b@example.org")])
    assert (said_once(mails).violations, mails.copies, mails.distinct) == ([], 0, 1)


def test_of_a_recording_one_mail_answers_every_miss() -> None:
    first, second = (a_message(purpose="recording", sent=sent) for sent in (False, True))
    mail = taken(uuid5(SESSION, f"{PERSON}/recording"))
    assert said_once(Mails([first, second], [mail])).violations == []
    assert said_once(Mails([first, second], [replace(mail, mail=f"<{second.message_id}@x>")])).violations
