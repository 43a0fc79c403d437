"""A session as a form tells it, for who adds one and who changes one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.portal.clients.enrolment.sessions import Session
from services.portal.frame.forms import Form
from services.portal.frame.typed_dates import as_typed

NAMES = {"title": "session_title", "starts_at": "starts", "ends_at": "ends"}
"""Fields of the form, where the service calls them otherwise."""


def read(form: Form) -> Mapping[str, Any]:
    """All of it."""
    title = form.required("session_title", "Enter a title")
    starts, ends = times(form)
    join_url = form.required("join_url", "Enter the address people join at")
    return {
        "title": title,
        "starts_at": starts and starts.isoformat(),
        "ends_at": ends and ends.isoformat(),
        "join_url": join_url,
    }


def times(form: Form) -> tuple[datetime | None, datetime | None]:
    """From when until when; it may end after midnight."""
    starts = form.moment("on", "starts", "Start")
    return starts, form.end("ends", "End", starts)


def typed(session: Session) -> dict[str, str]:
    """What stands in the form of a session that is there; its day is the one it starts on."""
    return {
        "session_title": session.title,
        **as_typed(session.ends_at, "on", "ends"),
        **as_typed(session.starts_at, "on", "starts"),
        "join_url": session.join_url or "",
    }
