import pytest

from services.notifications.channels.domain.deliveries import ENDED_UNCONFIRMED
from services.notifications.channels.workers.smtp_connection import MailRefused
from services.notifications.contacts.domain.contacts import AddressUnusable
from services.portal.pages.operations.mail_words import MailWords

WORDS = MailWords({"recording": "A recording can be watched"}, {"over": "It is over"})


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("over", "It is over"),
        (AddressUnusable.code, "No mail can be sent to the address"),
        (ENDED_UNCONFIRMED.code, "The mail server did not say whether it took it"),
        (MailRefused(550).code, "The mail server refused it (550)"),
        ("connection_lost", "The mail server broke off"),
        ("KeyError", "It could not be written (KeyError)"),
        ("of_a_later_release", "Of a later release"),
    ],
)
def test_why_a_mail_did_not_leave_is_told_in_words(code: str, words: str) -> None:
    assert WORDS.why([None, code]) == words


def test_of_mails_that_left_nothing_is_told() -> None:
    assert WORDS.why([None]) == ""


def test_what_mails_are_about_and_how_many_stand_how() -> None:
    assert WORDS.about(["recording", "of_a_later_release"]) == "A recording can be watched; of_a_later_release"
    assert WORDS.counted({"sent": 1200, "technical-failure": 1}) == "1,200 sent; 1 failed"
