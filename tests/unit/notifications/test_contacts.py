"""Names and addresses as other services announce them."""

from services.notifications.domain.contacts import Contact
from tests.unit.notifications.builders import AMARA, ENROLLED_AT


def test_no_name_can_break_a_header() -> None:
    contact = Contact.announced(AMARA, " Amara\r\n  Okafor ", " a@example.org\n", source="enrolment", as_of=ENROLLED_AT)
    assert (contact.name, contact.email) == ("Amara Okafor", "a@example.org")
