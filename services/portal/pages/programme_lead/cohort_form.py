"""A cohort as a form tells it, for who opens one and who changes one."""

from collections.abc import Mapping
from typing import Any

from services.portal.clients.enrolment.cohorts import Cohort
from services.portal.frame.forms import Form
from services.portal.frame.typed_dates import as_typed

NAMES = {
    "programme_code": "programme",
    "opens_at": "opens_time",
    "closes_at": "closes_time",
    "withdrawal_cutoff_days": "cutoff",
}
"""Fields of the form, where the service calls them otherwise."""


def read_programme(form: Form) -> Mapping[str, Any]:
    """Which course it is."""
    return {"programme_code": form.required("programme", "Choose a programme")}


def read_places(form: Form) -> Mapping[str, Any]:
    """What it is called, and how many take part."""
    return {
        "title": form.required("title", "Enter a title"),
        "seats": form.number("seats", "Enter how many seats there are, as a number"),
        "places": form.number("places", "Enter how many places are given, as a number"),
    }


def read_applications(form: Form) -> Mapping[str, Any]:
    """From when until when people apply."""
    opens = form.moment("opens", "opens_time", "Opening")
    closes = form.moment("closes", "closes_time", "Closing")
    return {
        "opens_at": opens and opens.isoformat(),
        "closes_at": closes and closes.isoformat(),
        "withdrawal_cutoff_days": form.number("cutoff", "Enter a number of days, 0 or more"),
    }


def read(form: Form) -> Mapping[str, Any]:
    """All of it."""
    return {**read_programme(form), **read_places(form), **read_applications(form)}


def typed(cohort: Cohort) -> dict[str, str]:
    """What stands in the form of a cohort that is there."""
    return {
        "programme": cohort.programme_code,
        "title": cohort.title,
        "seats": _number(cohort.seats),
        "places": _number(cohort.places),
        **as_typed(cohort.opens_at, "opens", "opens_time"),
        **as_typed(cohort.closes_at, "closes", "closes_time"),
        "cutoff": str(cohort.withdrawal_cutoff_days),
        "licences": _number(cohort.licences),
    }


def _number(told: int | None) -> str:
    return "" if told is None else str(told)
