"""Names and addresses as other services announce them."""

import pytest

from services.notifications.contacts.domain.contacts import AddressUnusable, Contact, mailbox
from tests.unit.notifications.builders import AMARA, ENROLLED_AT


def test_no_name_can_break_a_header() -> None:
    contact = Contact.announced(AMARA, " Amara\r\n  Okafor ", " a@example.org\n", source="enrolment", as_of=ENROLLED_AT)
    assert (contact.name, contact.email) == ("Amara Okafor", "a@example.org")


def test_no_name_can_break_a_calendar_file() -> None:
    contact = Contact.announced(AMARA, "Amara\x07Okafor\x85\x7f", "a@b.uk", source="enrolment", as_of=ENROLLED_AT)
    assert contact.name == "Amara Okafor"


@pytest.mark.parametrize(
    ("announced", "kept"),
    [
        ("jo@m\u00fcnchen.de", "jo@xn--mnchen-3ya.de"),
        ("Jo@EXAMPLE.org", "Jo@example.org"),
        (" jo..x@example.org", "jo..x@example.org"),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(announced: str, kept: str) -> None:
    contact = Contact.announced(AMARA, "Amara", announced, source="talent", as_of=ENROLLED_AT)
    assert contact.email == kept


@pytest.mark.parametrize(
    "email", ["jo\u200b@x.uk", "jo..smith@x.uk", "<a@x.uk>", "mailto:m@x.uk", "jo@x_y.uk", "a@x.uk|b@x.uk"]
)
def test_what_no_door_lets_in_is_not_sent_to_either(email: str) -> None:
    with pytest.raises(AddressUnusable):
        mailbox("Jo", email)


def test_a_domain_of_other_letters_is_sent_to_in_punycode() -> None:
    assert mailbox("Jo", "jo@m\u00fcnchen.de").addr_spec == "jo@xn--mnchen-3ya.de"
