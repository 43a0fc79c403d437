"""Calendar files: one VCALENDAR with one VEVENT each, because RFC 5546 allows one UID a REQUEST or CANCEL.

The frame with its time zone is the same for a year's participants; it is written once and kept.
"""

from datetime import date, datetime
from functools import lru_cache

from icalendar import STATUS, Calendar, Event, Timezone, vCalAddress

from services.notifications.domain.invitations import CalendarEntry, Method
from services.notifications.domain.letters import Desk
from services.notifications.domain.moments import LONDON, in_london

_END = b"END:VCALENDAR\r\n"


def calendar_file(entry: CalendarEntry, title: str, name: str, email: str, desk: Desk, *, stamp: datetime) -> str:
    """What the calendar of the person at `email` is told of one session."""
    session = entry.session
    starts_at, ends_at = in_london(session.starts_at), in_london(session.ends_at)
    cancelled = entry.method is Method.CANCEL
    event = Event.new(
        uid=entry.uid,
        sequence=entry.sequence,
        stamp=stamp,
        start=starts_at,
        end=ends_at,
        summary=title,
        location=desk.joining(session),
        description=None if cancelled else f"Join here: {desk.joining(session)}\n\nQuestions: {desk.address}",
        status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
        organizer=vCalAddress.new(desk.address, cn=desk.name),
        attendees=[vCalAddress.new(email, cn=name, rsvp=False)],
    )
    frame = _frame(entry.method, starts_at.year, ends_at.year)
    return (frame + event.to_ical() + _END).decode()


@lru_cache(maxsize=64)
def _frame(method: Method, first_year: int, last_year: int) -> bytes:
    """All that comes before the event; the clock changes of the year around it are named."""
    zone = Timezone.from_tzid(LONDON.key, first_date=date(first_year, 1, 1), last_date=date(last_year, 12, 31))
    calendar = Calendar.new(
        prodid="-//NHS Midlands leadership academy//Notifications//EN", method=method, subcomponents=[zone]
    )
    del calendar["UID"]
    return calendar.to_ical().removesuffix(_END)
