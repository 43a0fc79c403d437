"""A programme as a form tells it."""

import re
from collections.abc import Mapping
from typing import Any

from services.portal.clients.enrolment.programmes import Programme
from services.portal.frame.forms import Form

ATTEND = (("all", "Every session"), ("some", "A number of sessions"))
ALL = "all"
NAMES = {"completion": "sessions"}
"""Fields of the form, where the service calls them otherwise."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WORD = re.compile(r"[a-z][a-z0-9_]{1,63}")
_MOST = 100
"""Of sessions: more, and longer words, the service refuses in words for programs."""


def read(form: Form) -> Mapping[str, Any]:
    """The record as the form tells it."""
    return {
        "family": _word(form, "family", form.required("family", "Enter a family, like complete leadership series")),
        "title": form.required("title", "Enter a title"),
        "levels": _levels(form),
        "audience": form.required("audience", "Enter for whom it is"),
        "provider": form.required("provider", "Enter who provides it"),
        "awarding_body": form.value("awarding_body").strip() or None,
        "award": _word(form, "award", form.value("award")) or None,
        "completion": {"attend": _attend(form), "recordings_count": bool(form.value("recordings_count"))},
        "over_booking": bool(form.value("over_booking")),
        "late_entry": form.required("late_entry", "Choose whether people may join late"),
    }


def code_of(form: Form) -> str:
    """One that stands in addresses as it is, and not in the place of a page of ours."""
    code = form.required("code", "Enter a code, like CLS9")
    if code and (not _CODE.fullmatch(code) or code == "new"):
        form.fault("code", "Write the code in letters, digits, dots and dashes, beginning with a letter or digit")
    return code


def _word(form: Form, name: str, text: str) -> str:
    """Families and awards are each one word; people write several."""
    word = "_".join(text.lower().split())
    if word and not _WORD.fullmatch(word):
        form.fault(name, "Write it in letters and digits, beginning with a letter")
    return word


def _levels(form: Form) -> list[str]:
    chosen = form.values("levels")
    if not chosen:
        form.fault("levels", "Choose at least one level")
    return chosen


def _attend(form: Form) -> int | str | None:
    if form.required("attend", "Choose what it takes to complete it") != "some":
        return ALL
    words = f"Enter how many sessions have to be attended, from 1 to {_MOST}"
    number = form.number("sessions", words)
    if number is not None and not 1 <= number <= _MOST:
        form.fault("sessions", words)
    return number


def typed(programme: Programme) -> dict[str, str | list[str]]:
    """What stands in the form of a programme that is there."""
    attend = programme.completion.attend
    return {
        "family": programme.family,
        "title": programme.title,
        "levels": programme.levels,
        "audience": programme.audience,
        "provider": programme.provider,
        "awarding_body": programme.awarding_body or "",
        "award": programme.award or "",
        "attend": ALL if attend == ALL else "some",
        "sessions": "" if attend == ALL else str(attend),
        "recordings_count": "yes" if programme.completion.recordings_count else "",
        "over_booking": "yes" if programme.over_booking else "",
        "late_entry": programme.late_entry,
    }
