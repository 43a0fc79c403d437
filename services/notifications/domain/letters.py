"""What a message says: the values its template is filled with and the calendar entries that go along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from services.notifications.domain import invitations as calendar
from services.notifications.domain.cohorts import Session
from services.notifications.domain.invitations import CalendarEntry, Invitation
from services.notifications.domain.messages import PRIVATE, Message, Purpose
from services.notifications.domain.moments import day, span
from services.notifications.domain.templates import Template, TemplateBroken

Values = dict[str, str | bool]

_ALWAYS = frozenset({"name", "academy", "academy_email", "home_link"})
_DATES = frozenset({"offer", "dates", "no_dates", "one_date", "several_dates"})

OFFERED: Mapping[Purpose, frozenset[str]] = MappingProxyType(
    {
        Purpose.CONFIRMATION: _ALWAYS | _DATES | {"came_off_waiting_list"},
        Purpose.SESSION_UPDATE: _ALWAYS | _DATES,
        Purpose.WAITING_LIST: _ALWAYS | {"offer", "rank"},
        Purpose.WITHDRAWAL: _ALWAYS | _DATES | {"had_place", "was_waiting", "by_learner", "by_academy"},
        Purpose.RECORDING: _ALWAYS | {"offer", "session", "session_day", "recording_link", "apologies"},
        Purpose.TALENT_UPDATE: _ALWAYS,
        Purpose.COACHING_INVITATION: _ALWAYS | {"form"},
    }
)
"""The placeholders a purpose's template may use."""


class NothingToSay(Exception):
    """What the message was to tell is known to the person, or concerns them no more."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Desk:
    """The academy as its letters name it; links begin with `public_url`."""

    name: str
    address: str
    public_url: str

    def joining(self, session: Session) -> str:
        """Where a participant joins the session."""
        return f"{self.public_url}/enrolment/v1/joining/{session.join_ref}"

    def recording(self, recording_ref: str) -> str:
        """Where a participant watches the recording."""
        return f"{self.public_url}/enrolment/v1/recordings/{recording_ref}"


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message that can leave: all it needs is known."""

    message: Message
    name: str
    email: str
    attempts: int
    cohort_title: str | None = None
    programme_title: str | None = None
    place_held: bool = False
    session: Session | None = None
    recording_ref: str | None = None
    invitations: tuple[Invitation, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """The finished words, and what the person's calendar is told."""

    subject: str
    body: str
    template: str
    private: bool
    entries: tuple[CalendarEntry, ...]
    offer: str

    def title(self, session: Session) -> str:
        """How a calendar names the session."""
        return _title(session, self.offer)


def check(templates: Mapping[Purpose, Template]) -> None:
    """Every purpose has a template that asks only for what its purpose offers; TemplateBroken otherwise."""
    for purpose, offered in OFFERED.items():
        if purpose not in templates:
            raise TemplateBroken(f"there is no template {purpose}")
        unknown = templates[purpose].placeholders() - offered
        if unknown:
            raise TemplateBroken(f"template {purpose} asks for {', '.join(sorted(unknown))}")


def write(due: DueMessage, template: Template, desk: Desk) -> Letter:
    """The letter for one message; NothingToSay where an update has become pointless."""
    entries = _entries(due)
    offer = _offer(due.cohort_title or "", due.programme_title)
    rendered = template.render(_values(due, offer, entries, desk))
    private = due.message.purpose in PRIVATE
    return Letter(rendered.subject, rendered.body, template.label, private, entries, offer)


def _entries(due: DueMessage) -> tuple[CalendarEntry, ...]:
    as_at = due.message.cause.at
    match due.message.purpose:
        case Purpose.CONFIRMATION:
            return calendar.invite(due.invitations, as_at=as_at)
        case Purpose.WITHDRAWAL:
            return calendar.cancel(due.invitations, as_at=as_at)
        case Purpose.SESSION_UPDATE:
            return _still_worth_telling(due, calendar.update(due.invitations, as_at=as_at))
        case _:
            return ()


def _still_worth_telling(due: DueMessage, entries: tuple[CalendarEntry, ...]) -> tuple[CalendarEntry, ...]:
    if not due.place_held:
        raise NothingToSay("place_given_up")
    if not entries:
        raise NothingToSay("already_told")
    return entries


def _values(due: DueMessage, offer: str, entries: Sequence[CalendarEntry], desk: Desk) -> Values:
    values: Values = {"name": due.name, "academy": desk.name, "academy_email": desk.address}
    values |= {"home_link": f"{desk.public_url}/", **(due.message.details or {})}
    if due.cohort_title is not None:
        values |= {"offer": offer, **_dates(entries, due.cohort_title, desk)}
    if due.session is not None and due.recording_ref is not None:
        values |= {"session": _title(due.session, offer), "session_day": day(due.session.starts_at)}
        values["recording_link"] = desk.recording(due.recording_ref)
    return values


def _offer(cohort_title: str, programme_title: str | None) -> str:
    """The cohort's title, with the programme's before it unless one says the other."""
    if programme_title is None or programme_title in cohort_title:
        return cohort_title
    return f"{programme_title}: {cohort_title}"


def _title(session: Session, offer: str) -> str:
    """The session's title, with the offer's beside it unless one says the other."""
    return session.title if offer in session.title or session.title in offer else f"{session.title} ({offer})"


def _dates(entries: Sequence[CalendarEntry], known_title: str, desk: Desk) -> Values:
    return {
        "dates": "\n\n".join(_date(entry, known_title, desk) for entry in entries),
        "no_dates": not entries,
        "one_date": len(entries) == 1,
        "several_dates": len(entries) > 1,
    }


def _date(entry: CalendarEntry, known_title: str, desk: Desk) -> str:
    session = entry.session
    lines = [] if session.title == known_title else [session.title]
    lines.append(span(session.starts_at, session.ends_at))
    if entry.method is calendar.Method.REQUEST:
        lines.append(f"Join here: {desk.joining(session)}")
    return "\n".join(lines)
