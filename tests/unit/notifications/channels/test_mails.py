"""Mails as they leave: headers, text, and calendar files read back by a calendar's own parser."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast

import pytest
from icalendar import Calendar, Event

from services.notifications.calendars.domain.invitations import LastSent
from services.notifications.channels.domain import letters
from services.notifications.channels.domain.letters import DueMessage
from services.notifications.channels.store import templates
from services.notifications.channels.workers.mails import mail
from services.notifications.contacts.domain.contacts import AddressUnusable
from services.notifications.messages.domain.messages import Purpose
from tests.support.links import LINKS
from tests.unit.notifications.builders import (
    AMARA,
    DESK,
    a_confirmation,
    a_session,
    a_withdrawal,
    an_invitation,
    one_of_each,
)

NOW = datetime(2020, 9, 12, 9, 0, 5, tzinfo=UTC)


def delivered(due: DueMessage, *, now: datetime = NOW) -> EmailMessage:
    """The mail as the other side reads it."""
    letter = letters.write(due, templates.load()[due.message.purpose], DESK)
    raw = mail(due, letter, DESK, now=now)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    too_long = [line for line in head.split("\r\n") if len(line) > 78 and " " in line.partition(": ")[2]]
    assert too_long == []
    assert all(len(word) <= 75 for word in head.split() if word.startswith("=?"))
    return message_from_bytes(raw, policy=policy.default)


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return body.get_content()


def calendars(message: EmailMessage) -> list[Calendar]:
    parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    return [Calendar.from_ical(cast("bytes", p.get_payload(decode=True))) for p in parts]


def the_event(calendar: Calendar) -> Event:
    (event,) = calendar.events
    return event


def test_the_message_id_is_the_same_however_often_a_message_is_sent() -> None:
    due = a_confirmation()
    first, again = delivered(due), delivered(due, now=NOW + timedelta(hours=2))
    assert first["Message-ID"] == again["Message-ID"] == f"<{due.message.id}@midlands-leadership.example.nhs.uk>"


def test_the_date_is_the_moment_it_is_for_the_service() -> None:
    assert delivered(a_confirmation())["Date"].datetime == NOW.replace(microsecond=0)


def test_the_headers_name_sender_recipient_and_purpose() -> None:
    message = delivered(a_confirmation())
    assert message["From"].addresses[0].addr_spec == DESK.address
    assert str(message["To"]) == "Amara Okafor <amara.okafor@example.nhs.uk>"
    assert message["X-Academy-Purpose"] == "confirmation"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Sensitivity"] is None


@pytest.mark.parametrize("purpose", [Purpose.TALENT_UPDATE, Purpose.COACHING_INVITATION])
def test_a_message_caused_by_a_judgement_is_marked_private(purpose: Purpose) -> None:
    assert delivered(one_of_each()[purpose])["Sensitivity"] == "private"


NAMES = (
    "Siân Ó Briain",
    "O'Neill, Pat",
    'Pat "PJ" Jones',
    "Łucja Wójcik",
    "=?utf-8?q?x?=",
    "=?utf-8?q?=0A?=",
    "Pat =?utf-8?b?eA==?= Jones",
    "back\\slash \\",
    "Bartholomew Featherstonehaugh-Cholmondeley of Long Buckby",
    "Pat (PJ) Jones; Dr.",
    "up^stairs ^n ^' 50%2C \\, \\n",
    "עמית כהן לוי",
    "\u202bعبد العزيز\u202c",
    "Nguyễn Thị Ánh Tuyết Hương Quỳnh",
)
LONG_NAMES = (
    "\U0001f600" * 200,
    "Đặng Nguyễn Phước Thiên Kim Ngân Trâm Anh",
    "e\u0301" * 80,
    "a" * 1200,
    "Jones, " * 200 + "Pat",
)


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_written_to(name: str) -> None:
    message = delivered(a_confirmation(name=name))
    (address,) = message["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "amara.okafor@example.nhs.uk")
    assert f"Dear {name}," in text(message)


@pytest.mark.parametrize("name", [*NAMES, *LONG_NAMES])
def test_a_name_of_any_length_is_read_back_by_the_letter_of_rfc_2047(name: str) -> None:
    """Python's own reader before 3.13 puts a space between the encoded words of one name; RFC 2047, 6.2 forbids it."""
    (raw,) = (value for key, value in delivered(a_confirmation(name=name)).raw_items() if key == "To")
    shown, address = parseaddr("".join(str(raw).splitlines()))
    assert str(make_header(decode_header(shown))) == name
    assert address == "amara.okafor@example.nhs.uk"


@pytest.mark.parametrize("name", [*NAMES, *LONG_NAMES])
def test_a_calendar_names_its_guest_as_rfc_6868_has_it(name: str) -> None:
    (part,) = (p for p in delivered(a_confirmation(name=name)).walk() if p.get_content_type() == "text/calendar")
    lines = cast("bytes", part.get_payload(decode=True)).replace(b"\r\n ", b"").decode().split("\r\n")
    (guest,) = (line for line in lines if line.startswith("ATTENDEE;"))
    read = re.fullmatch(r'ATTENDEE;CN=(?:"([^"]*)"|([^";:,]*));RSVP=FALSE:mailto:amara.okafor@example.nhs.uk', guest)
    assert read is not None
    marks = {"^^": "^", "^'": '"', "^n": "\n"}
    assert re.sub(r"\^[\^'n]", lambda mark: marks[mark[0]], read[1] or read[2]) == name


@pytest.mark.parametrize(
    "title", ["of =?utf-8?q?x?=", "\U0001f600" * 200, "a" * 1200, "Ánh " * 100 + "x", "Leading " * 100 + "x"]
)
def test_any_title_can_stand_in_a_subject(title: str) -> None:
    assert delivered(a_confirmation(cohort_title=title))["Subject"] == f"Your place on {title}"


def test_the_academy_may_have_any_name() -> None:
    identity = replace(DESK, name="Académie =?utf-8?q?x?= " * 5 + "x")
    due = a_confirmation()
    raw = mail(due, letters.write(due, templates.load()[Purpose.CONFIRMATION], identity), identity, now=NOW)
    sender = message_from_bytes(raw, policy=policy.compat32)["From"]
    assert str(make_header(decode_header(parseaddr("".join(sender.splitlines()))[0]))) == identity.name


def test_somebody_without_a_name_is_written_to_by_the_address_alone() -> None:
    email = f"{'a' * 64}@{'x' * 60}.example.org"
    assert str(delivered(a_confirmation(name="", email=email))["To"]) == email


def test_an_address_longer_than_smtp_allows_is_unusable() -> None:
    domain = ".".join(["x" * 60] * 3)
    assert delivered(a_confirmation(email=f"{'a' * 64}@{domain}.uk"))
    with pytest.raises(AddressUnusable):
        delivered(a_confirmation(email=f"{'a' * 64}@{domain}.{'x' * 10}.uk"))


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@", "@b", "a b@example.org", "ä@example.org", "a@example.org\nBcc: b@c"]
)
def test_an_address_that_is_none_is_unusable(email: str) -> None:
    with pytest.raises(AddressUnusable):
        delivered(a_confirmation(email=email))


def test_a_confirmation_shows_its_date_to_the_mail_client() -> None:
    message = delivered(a_confirmation())
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/calendar"]
    part = list(message.iter_parts())[1]
    assert part.get_param("method") == "REQUEST"


def test_the_calendar_tells_session_time_place_and_people() -> None:
    invitation = an_invitation()
    (calendar,) = calendars(delivered(a_confirmation(invitation)))
    event = the_event(calendar)
    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"] == str(invitation.uid)
    assert event["SEQUENCE"] == 0
    assert event["SUMMARY"] == invitation.session.title
    assert event["LOCATION"] == f"https://academy.example.org/enrolment/joining/j0in?by={LINKS.signed('j0in', AMARA)}"
    assert event["ORGANIZER"] == f"mailto:{DESK.address}"
    assert event["ATTENDEE"] == "mailto:amara.okafor@example.nhs.uk"
    assert event.stamp == NOW
    assert event["STATUS"] == "CONFIRMED"


def test_a_calendar_names_the_offer_a_session_belongs_to() -> None:
    day_one = an_invitation(a_session(title="Day one"))
    (calendar,) = calendars(delivered(a_confirmation(day_one, cohort_title="ILM level 5")))
    assert the_event(calendar)["SUMMARY"] == "Day one (ILM level 5)"


@pytest.mark.parametrize(
    ("starts_at", "local"),
    [
        (datetime(2020, 10, 24, 9, tzinfo=UTC), "20201024T100000"),
        (datetime(2020, 10, 26, 9, tzinfo=UTC), "20201026T090000"),
        (datetime(2021, 3, 27, 9, tzinfo=UTC), "20210327T090000"),
        (datetime(2021, 3, 29, 9, tzinfo=UTC), "20210329T100000"),
    ],
)
def test_calendar_times_are_london_times_on_both_sides_of_a_clock_change(starts_at: datetime, local: str) -> None:
    (calendar,) = calendars(delivered(a_confirmation(an_invitation(a_session(starts_at=starts_at)))))
    event = the_event(calendar)
    assert f"DTSTART;TZID=Europe/London:{local}" in calendar.to_ical().decode()
    assert event.start == starts_at
    assert event.end == starts_at + timedelta(minutes=90)


def test_the_file_brings_its_own_time_zone_with_the_changes_of_the_year() -> None:
    (calendar,) = calendars(delivered(a_confirmation()))
    (zone,) = calendar.timezones
    assert zone.tz_name == "Europe/London"
    ours = cast("tzinfo", zone.to_tz())
    for utc_hour, offset in ((0, 1), (2, 0)):
        moment = datetime(2020, 10, 25, utc_hour, tzinfo=UTC)
        assert moment.astimezone(ours).utcoffset() == timedelta(hours=offset)


def test_several_dates_are_one_calendar_object_each() -> None:
    invitations = [an_invitation(a_session(starts_at=datetime(2020, 11, day, 9, tzinfo=UTC))) for day in (3, 10, 17)]
    message = delivered(a_confirmation(*invitations))
    assert message.get_content_type() == "multipart/mixed"
    assert [the_event(c)["UID"] for c in calendars(message)] == [str(i.uid) for i in invitations]
    assert [p.get_filename() for p in message.iter_attachments()] == ["session-2.ics", "session-3.ics"]


def test_a_withdrawal_cancels_with_a_higher_sequence() -> None:
    held = an_invitation(last_sent=LastSent(0, 0, cancelled=False))
    (calendar,) = calendars(delivered(a_withdrawal(held)))
    event = the_event(calendar)
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (event["UID"], event["SEQUENCE"]) == (str(held.uid), 1)


def test_a_very_long_title_breaks_no_line_and_is_read_back_whole() -> None:
    title = "Leading " + "and developing " * 90 + "and Mäntylä"
    message = delivered(a_confirmation(cohort_title=title))
    assert message["Subject"] == f"Your place on {title}"
    assert f"You have a place on {title}." in text(message)


def test_a_mail_to_an_earlier_address_carries_the_cancellation_and_no_name() -> None:
    message = delivered(one_of_each()[Purpose.CANCELLATION])
    (calendar,) = calendars(message)
    assert calendar["METHOD"] == "CANCEL"
    assert str(message["To"]) == "old@example.org"
    assert the_event(calendar)["ATTENDEE"] == "mailto:old@example.org"
    assert b"Amara" not in message.as_bytes()
    assert "amara" not in calendar.to_ical().decode().lower()


def test_messages_without_dates_are_plain_text() -> None:
    for purpose in (Purpose.WAITING_LIST, Purpose.RECORDING, Purpose.TALENT_UPDATE, Purpose.COACHING_INVITATION):
        assert delivered(one_of_each()[purpose]).get_content_type() == "text/plain"
