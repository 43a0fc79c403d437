"""What a message says: the values its template is filled with and the calendar entries that go along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from services.notifications.calendars.domain import invitations as calendar
from services.notifications.calendars.domain.cohorts import Session
from services.notifications.calendars.domain.invitations import CalendarEntry, Invitation, Method
from services.notifications.calendars.domain.places import Offer
from services.notifications.channels.domain.templates import Template, TemplateBroken
from services.notifications.contacts.domain.contacts import Confirming
from services.notifications.messages.domain.messages import ENDS_PLACE, PRIVATE, Message, Purpose, Silence
from shared.ids import PersonId
from shared.links import Links
from shared.london import day, span

Values = dict[str, str | bool]

_ACADEMY = frozenset({"academy", "academy_email", "home_link", "dates_link"})
_ALWAYS = _ACADEMY | {"greeting"}
_DATES = frozenset({"offer", "dates", "no_dates", "one_date", "several_dates"})

OFFERED: Mapping[Purpose, frozenset[str]] = MappingProxyType(
    {
        Purpose.CONFIRMATION: _ALWAYS | _DATES | {"came_off_waiting_list", "all_over", "some_over", "to_come"},
        Purpose.SESSION_UPDATE: _ALWAYS | _DATES,
        Purpose.SESSION_CANCELLED: _ALWAYS | _DATES | {"more_to_come"},
        Purpose.WAITING_LIST: _ALWAYS | {"offer", "rank"},
        Purpose.WITHDRAWAL: _ALWAYS
        | _DATES
        | {"had_place", "was_waiting", "by_learner", "by_academy", "earlier_address"},
        Purpose.COHORT_CANCELLED: _ALWAYS | _DATES | {"had_place", "was_waiting", "earlier_address"},
        Purpose.CANCELLATION: _ACADEMY | {"session"},
        Purpose.RECORDING: _ALWAYS | {"offer", "session", "session_day", "recording_link", "apologies"},
        Purpose.TALENT_UPDATE: _ALWAYS,
        Purpose.COACHING_INVITATION: _ALWAYS | {"form"},
        Purpose.ADDRESS_CONFIRMATION: _ACADEMY | {"confirming_link"},
        Purpose.ADDRESS_CHANGE: _ACADEMY,
    }
)
"""The placeholders a purpose's template may use."""


class NothingToSay(Exception):
    """What the message was to tell is known to the person, or concerns them no more."""

    def __init__(self, code: Silence) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """The academy as its letters name it; links begin with `public_url`."""

    name: str
    address: str
    public_url: str
    links: Links

    def joining(self, session: Session, person_id: PersonId) -> str:
        """Where the participant joins the session, without a login."""
        return self._link("joining", session.join_ref, person_id)

    def recording(self, recording_ref: str, person_id: PersonId) -> str:
        """Where the participant watches the recording, without a login."""
        return self._link("recordings", recording_ref, person_id)

    def confirming(self, person_id: PersonId, email: str, *, at: datetime) -> str:
        """Where whoever holds the address says yes to it."""
        return f"{self.public_url}/notifications/address?by={Confirming.of(person_id, email).signed(self.links, at=at)}"

    def _link(self, room: str, ref: str, person_id: PersonId) -> str:
        return f"{self.public_url}/enrolment/{room}/{ref}?by={self.links.signed(ref, person_id)}"


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message that can leave: all it needs is known. Without a name it goes to somebody we may not know.

    It says what is true at `leaves_at`, which may be days after its cause.
    """

    message: Message
    leaves_at: datetime
    name: str
    email: str
    attempts: int
    unconfirmed: int = 0
    cohort_title: str | None = None
    programme_title: str | None = None
    place_held: bool = False
    session: Session | None = None
    recording_ref: str | None = None
    invitations: tuple[Invitation, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """The finished words, and what the person's calendar is told."""

    subject: str
    body: str
    template: str
    private: bool
    entries: tuple[CalendarEntry, ...]
    offer: str

    def title(self, session: Session) -> str:
        """How a calendar names the session."""
        return title_of(session, self.offer)


def check(templates: Mapping[Purpose, Template]) -> None:
    """Every purpose has a template that asks only for what its purpose offers; TemplateBroken otherwise."""
    for purpose, offered in OFFERED.items():
        if purpose not in templates:
            raise TemplateBroken(f"there is no template {purpose}")
        unknown = templates[purpose].placeholders() - offered
        if unknown:
            raise TemplateBroken(f"template {purpose} asks for {', '.join(sorted(unknown))}")


def write(due: DueMessage, template: Template, identity: SenderIdentity) -> RenderedMessage:
    """The letter for one message; NothingToSay where an update has become pointless."""
    entries = _entries(due)
    offer = Offer(due.cohort_title or "", due.programme_title).name
    rendered = template.render(_values(due, offer, entries, identity))
    private = due.message.purpose in PRIVATE
    return RenderedMessage(rendered.subject, rendered.body, template.label, private, entries, offer)


def _entries(due: DueMessage) -> tuple[CalendarEntry, ...]:
    as_at = due.leaves_at
    match due.message.purpose:
        case Purpose.CONFIRMATION:
            return calendar.invite(due.invitations, due.email, as_at=as_at)
        case Purpose.WITHDRAWAL | Purpose.COHORT_CANCELLED:
            return calendar.cancel(due.invitations, due.email, as_at=as_at)
        case (Purpose.SESSION_UPDATE | Purpose.SESSION_CANCELLED) as purpose:
            _must_hold_place(due)
            changes = calendar.update if purpose is Purpose.SESSION_UPDATE else calendar.call_off
            return _still_worth_telling(due, changes(due.invitations, due.email, as_at=as_at))
        case Purpose.CANCELLATION:
            return _cancelled(due)
        case Purpose.RECORDING:
            _must_hold_place(due)
            return ()
        case _:
            return ()


def left_behind(due: DueMessage) -> tuple[CalendarEntry, ...]:
    """What is cancelled at an earlier address: the sessions that the letter moves here; all when the place is gone."""
    behind = calendar.left_behind(due.invitations, due.email, as_at=due.leaves_at)
    if not behind or due.message.purpose in ENDS_PLACE:
        return behind
    moved = {entry.session.id for entry in _entries(due)}
    return tuple(entry for entry in behind if entry.session.id in moved)


def cancellation(message: Message, entry: CalendarEntry) -> Message:
    """The mail that takes an entry out of the calendar at an earlier address, for the same cause as the letter."""
    return Message(
        message.person_id,
        Purpose.CANCELLATION,
        message.cause,
        entry.session.cohort_id,
        entry.session.id,
        {"sequence": str(entry.sequence)},
        entry.email,
    )


def _cancelled(due: DueMessage) -> tuple[CalendarEntry, ...]:
    if due.session is None:
        return ()
    person_id, sequence = due.message.person_id, int((due.message.details or {})["sequence"])
    uid = Invitation(person_id, due.session).uid
    return (CalendarEntry(person_id, due.session, uid, Method.CANCEL, sequence, due.email),)


def _must_hold_place(due: DueMessage) -> None:
    if not due.place_held:
        raise NothingToSay(Silence.PLACE_GIVEN_UP)


def _still_worth_telling(due: DueMessage, entries: tuple[CalendarEntry, ...]) -> tuple[CalendarEntry, ...]:
    if not entries:
        told = all(invitation.current for invitation in due.invitations)
        raise NothingToSay(Silence.ALREADY_TOLD if told else Silence.OVER)
    return entries


def _values(due: DueMessage, offer: str, entries: Sequence[CalendarEntry], identity: SenderIdentity) -> Values:
    values: Values = {
        "greeting": f"Dear {due.name}" if due.name else "Hello",
        "academy": identity.name,
        "academy_email": identity.address,
    }
    values |= {
        "home_link": f"{identity.public_url}/",
        "dates_link": f"{identity.public_url}/my/dates",
        **(due.message.details or {}),
    }
    if due.message.purpose is Purpose.ADDRESS_CONFIRMATION:
        values["confirming_link"] = identity.confirming(due.message.person_id, due.email, at=due.leaves_at)
    if due.cohort_title is not None:
        values |= {"offer": offer, **_dates(due, entries, due.cohort_title, identity)}
    if due.session is not None:
        values |= {"session": title_of(due.session, offer), "session_day": day(due.session.starts_at)}
    if due.recording_ref is not None:
        values["recording_link"] = identity.recording(due.recording_ref, due.message.person_id)
    return values


def title_of(session: Session, offer: str) -> str:
    """The session's title, with the offer's beside it unless one says the other."""
    return session.title if offer in session.title or session.title in offer else f"{session.title} ({offer})"


def _dates(due: DueMessage, entries: Sequence[CalendarEntry], known_title: str, identity: SenderIdentity) -> Values:
    over = any(i.session.ends_at <= due.leaves_at for i in due.invitations if not i.session.cancelled)
    return {
        "dates": "\n\n".join(_date(entry, known_title, identity) for entry in entries),
        "no_dates": not entries and not over,
        "all_over": not entries and over,
        "some_over": bool(entries) and over,
        "to_come": bool(entries) or not over,
        "more_to_come": any(i.session.is_to_come(due.leaves_at) for i in due.invitations),
        "earlier_address": bool(calendar.left_behind(due.invitations, due.email, as_at=due.leaves_at)),
        "one_date": len(entries) == 1,
        "several_dates": len(entries) > 1,
    }


def _date(entry: CalendarEntry, known_title: str, identity: SenderIdentity) -> str:
    session = entry.session
    lines = [] if session.title == known_title else [session.title]
    lines.append(span(session.starts_at, session.ends_at))
    if entry.method is Method.REQUEST:
        lines.append(f"Join here: {identity.joining(session, entry.person_id)}")
    return "\n".join(lines)
