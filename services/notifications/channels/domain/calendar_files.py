"""Calendar files. In mails one VCALENDAR with one VEVENT each, because RFC 5546 allows one UID a REQUEST or CANCEL.

The frame with its time zone is the same for everybody; it is written once and kept.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from icalendar import STATUS, Calendar, Event, Timezone, vCalAddress

from services.notifications.calendars.domain.invitations import CalendarEntry, Method
from services.notifications.calendars.domain.places import Offer
from services.notifications.channels.domain.letters import SenderIdentity, title_of
from shared.london import in_london, meets_doubled_hour

_END = b"END:VCALENDAR\r\n"

_LONDON = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""
"""London's clock since 1996. RFC 5545, 3.6.5: each change is told in the local time before it.

Written out, because icalendar's `Timezone.from_tzid` tells the spring change in the local time after it.
"""


def calendar_file(entry: CalendarEntry, title: str, name: str, identity: SenderIdentity, *, stamp: datetime) -> str:
    """What the calendar at the entry's address is told of one session; `name` may be empty."""
    attendee = vCalAddress.new(entry.email, cn=name or None, rsvp=False)
    return (_frame(entry.method) + _event(entry, title, identity, stamp, [attendee]) + _END).decode()


def calendar_of(entries: Iterable[CalendarEntry], offer: Offer, identity: SenderIdentity, *, stamp: datetime) -> str:
    """Several sessions in one file that people open themselves: nobody is invited by it (RFC 5546, PUBLISH)."""
    events = (_event(entry, title_of(entry.session, offer.name), identity, stamp) for entry in entries)
    return (_frame(Method.PUBLISH) + b"".join(events) + _END).decode()


def _event(
    entry: CalendarEntry,
    title: str,
    identity: SenderIdentity,
    stamp: datetime,
    attendees: list[vCalAddress] | None = None,
) -> bytes:
    session = entry.session
    starts_at, ends_at = _times(session.starts_at, session.ends_at)
    cancelled, room = entry.method is Method.CANCEL, identity.joining(session, entry.person_id)
    event = Event.new(
        uid=entry.uid,
        sequence=entry.sequence,
        stamp=stamp,
        start=starts_at,
        end=ends_at,
        summary=title,
        location=None if cancelled else room,
        description=None if cancelled else f"Join here: {room}\n\nQuestions: {identity.address}",
        status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
        organizer=vCalAddress.new(identity.address, cn=identity.name),
        attendees=attendees,
    )
    return event.to_ical()


def _times(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """On the London clock; in UTC where that clock shows an hour twice and a file cannot say which is meant."""
    if meets_doubled_hour(starts_at, ends_at):
        return starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    return in_london(starts_at), in_london(ends_at)


@cache
def _frame(method: Method) -> bytes:
    """All that comes before the event."""
    zone = Timezone.from_ical(_LONDON)
    calendar = Calendar.new(
        prodid="-//NHS Midlands leadership academy//Notifications//EN", method=method, subcomponents=[zone]
    )
    del calendar["UID"]
    return calendar.to_ical().removesuffix(_END)
