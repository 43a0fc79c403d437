"""Builders that name only what matters to the test at hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from services.notifications.calendars.domain.cohorts import Session
from services.notifications.calendars.domain.invitations import Invitation, LastSent
from services.notifications.channels.domain.letters import DueMessage, SenderIdentity
from services.notifications.messages.domain.messages import Cause, Message, Purpose
from shared.ids import CohortId, EventId, PersonId, SessionId
from tests.support.links import LINKS

DESK = SenderIdentity(
    "NHS Midlands leadership academy",
    "academy@midlands-leadership.example.nhs.uk",
    "https://academy.example.org",
    LINKS,
)
ENROLLED_AT = datetime(2020, 9, 12, 9, tzinfo=UTC)
AMARA = PersonId(uuid4())


def a_session(**but: Any) -> Session:
    """Tuesday 29 September 2020, 10:00 to 11:30 in London."""
    starts_at = but.pop("starts_at", datetime(2020, 9, 29, 9, tzinfo=UTC))
    facts: dict[str, Any] = {
        "id": SessionId(uuid4()),
        "cohort_id": CohortId(uuid4()),
        "title": "Leading compassionately through change",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90),
        "join_ref": "j0in",
        "calendar_sequence": 0,
    }
    return Session(**facts | but)


def an_invitation(session: Session | None = None, last_sent: LastSent | None = None) -> Invitation:
    """Amara's, to a session she was not told of unless `last_sent` says so."""
    return Invitation(AMARA, session or a_session(), last_sent)


def a_due_message(purpose: Purpose, details: Mapping[str, str | bool] | None = None, **but: Any) -> DueMessage:
    """One to Amara that can leave."""
    cause = Cause(EventId(uuid4()), "correlation", ENROLLED_AT)
    message = Message(AMARA, purpose, cause, details=details)
    facts: dict[str, Any] = {
        "message": message,
        "leaves_at": ENROLLED_AT,
        "name": "Amara Okafor",
        "email": "amara.okafor@example.nhs.uk",
        "attempts": 0,
        "cohort_title": "Leading compassionately through change",
        "place_held": True,
    }
    return DueMessage(**facts | but)


def a_confirmation(*invitations: Invitation, **but: Any) -> DueMessage:
    """Of a place taken straight away."""
    chosen = invitations or (an_invitation(),)
    return a_due_message(Purpose.CONFIRMATION, {"came_off_waiting_list": False}, invitations=chosen, **but)


def a_withdrawal(*invitations: Invitation, had_place: bool = True) -> DueMessage:
    """Of a participant who asked for it."""
    details = {"had_place": had_place, "was_waiting": not had_place, "by_learner": True, "by_academy": False}
    return a_due_message(Purpose.WITHDRAWAL, details, invitations=invitations)


def a_session_cancelled(**but: Any) -> DueMessage:
    """Of the one session that Amara's calendar holds."""
    told = an_invitation(a_session(cancelled=True, calendar_sequence=1), LastSent(0, 0, cancelled=False))
    facts: dict[str, Any] = {"invitations": (told,)}
    return a_due_message(Purpose.SESSION_CANCELLED, **facts | but)


def a_recording(**but: Any) -> DueMessage:
    """For somebody who sent apologies."""
    return a_due_message(Purpose.RECORDING, {"apologies": True}, session=a_session(), recording_ref="rec0rding", **but)


def a_cancellation(**but: Any) -> DueMessage:
    """To an address that Amara had before."""
    earlier: dict[str, Any] = {"name": "", "email": "old@example.org", "session": a_session()}
    return a_due_message(Purpose.CANCELLATION, {"sequence": "1"}, **earlier | but)


def one_of_each() -> dict[Purpose, DueMessage]:
    return {
        Purpose.CONFIRMATION: a_confirmation(),
        Purpose.SESSION_UPDATE: a_due_message(Purpose.SESSION_UPDATE, invitations=(an_invitation(),)),
        Purpose.WAITING_LIST: a_due_message(Purpose.WAITING_LIST, {"rank": "3"}),
        Purpose.WITHDRAWAL: a_withdrawal(an_invitation(last_sent=LastSent(0, 0, cancelled=False))),
        Purpose.SESSION_CANCELLED: a_session_cancelled(),
        Purpose.COHORT_CANCELLED: a_due_message(
            Purpose.COHORT_CANCELLED,
            {"had_place": True, "was_waiting": False},
            invitations=(an_invitation(last_sent=LastSent(0, 0, cancelled=False)),),
        ),
        Purpose.CANCELLATION: a_cancellation(),
        Purpose.RECORDING: a_recording(),
        Purpose.TALENT_UPDATE: a_due_message(Purpose.TALENT_UPDATE, cohort_title=None),
        Purpose.COACHING_INVITATION: a_due_message(
            Purpose.COACHING_INVITATION, {"form": "mentoring"}, cohort_title=None
        ),
        Purpose.ADDRESS_CONFIRMATION: a_due_message(Purpose.ADDRESS_CONFIRMATION, name="", cohort_title=None),
        Purpose.ADDRESS_CHANGE: a_due_message(Purpose.ADDRESS_CHANGE, name="", cohort_title=None),
    }
