"""A programme as a form tells it."""

from collections.abc import Mapping
from typing import Any

from services.portal.clients.enrolment.programmes import Programme
from services.portal.frame.forms import Form

LEVELS = (("I", "I: oneself"), ("We", "We: one's team"), ("Us", "Us: one's system"))
ATTEND = (("all", "Every session"), ("some", "A number of sessions"))
LATE_ENTRY = (("none", "Nobody joins once it has begun"), ("while_running", "People may join while it runs"))
ALL = "all"


def read(form: Form) -> Mapping[str, Any]:
    """The record as the form tells it."""
    return {
        "family": form.required("family", "Enter a family, like complete_leadership_series"),
        "title": form.required("title", "Enter a title"),
        "levels": _levels(form),
        "audience": form.required("audience", "Enter for whom it is"),
        "provider": form.required("provider", "Enter who provides it"),
        "awarding_body": form.value("awarding_body").strip() or None,
        "award": form.value("award").strip() or None,
        "completion": {"attend": _attend(form), "recordings_count": bool(form.value("recordings_count"))},
        "over_booking": bool(form.value("over_booking")),
        "late_entry": form.required("late_entry", "Choose whether people may join late"),
    }


def _levels(form: Form) -> list[str]:
    chosen = form.values("levels")
    if not chosen:
        form.fault("levels", "Choose at least one level")
    return chosen


def _attend(form: Form) -> int | str | None:
    if form.required("attend", "Choose what it takes to complete it") != "some":
        return ALL
    return form.number("sessions", "Enter how many sessions have to be attended")


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
