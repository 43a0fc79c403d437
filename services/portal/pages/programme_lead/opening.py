"""Opening a cohort: four short steps, whose answers stand in the address, and a page to check them on.

So one can go back, reload and come again later; nothing is made before the last button.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import cohorts, programmes, sessions
from services.portal.frame.forms import Form
from services.portal.pages.programme_lead import cohort_form, dates
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

_OURS = ("csrf", "idempotency_key", "answered", "change")


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a long form."""

    template: str
    read: Callable[[Form], Mapping[str, Any]]


STEPS = (
    Step("open_programme.html.j2", cohort_form.read_programme),
    Step("open_places.html.j2", cohort_form.read_places),
    Step("open_applications.html.j2", cohort_form.read_applications),
    Step("open_session.html.j2", dates.read),
)


@router.get("/cohorts/new")
async def ask(visit: Somebody, answered: int = 0, change: int = 0) -> Response:
    """The first step that is not answered yet, or not well; then the page to check."""
    form = Form.of(visit.request.query_params)
    for number, step in enumerate(STEPS[: max(0, answered)], start=1):
        step.read(form)
        if form.wrong:
            return await _step(visit, number, form, answered)
    number = change or answered + 1
    if 0 < number <= len(STEPS):
        return await _step(visit, number, Form.of(visit.request.query_params), answered)
    return await _check(visit, form)


@router.post("/cohorts/new")
async def open_cohort(visit: Somebody, form: Sent) -> Response:
    """Make the cohort, then its first session; sent again it makes neither twice."""
    cohort_told, session_told = cohort_form.read(form), dates.read(form)
    cohort = await act(form, lambda: cohorts.open_one(visit.services, cohort_told, key=form.key), cohort_form.NAMES)
    if cohort is None:
        return await _check(visit, form)
    place, key = f"/cohorts/{cohort.cohort_id}", str(uuid5(NAMESPACE_URL, f"{form.key}/session"))
    if await act(form, lambda: sessions.add(visit.services, cohort.cohort_id, session_told, key=key), dates.NAMES):
        return see_other(place, "cohort-opened")
    return visit.page("session_new.html.j2", cohort=cohort, form=form)


async def _step(visit: Visit, number: int, form: Form, answered: int) -> Response:
    offered = await programmes.page(visit.services, limit=100)
    choices = [(p.programme_code, p.title, p.audience) for p in offered.items if p.retired_at is None]
    return visit.page(
        STEPS[number - 1].template,
        form=form,
        number=number,
        steps=len(STEPS),
        answered=max(number, answered),
        programmes=choices,
        kept=_kept(form, number),
    )


def _kept(form: Form, number: int) -> list[tuple[str, str]]:
    """What other steps have asked, which this step's form bears along."""
    asked = Form()
    STEPS[number - 1].read(asked)
    here = {name for fault in asked.faults for name in (fault, f"{fault}-month", f"{fault}-year")}
    return [(name, value) for name, value in _answers(form) if name not in here]


def _answers(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, values in form.typed.items() if name not in _OURS for value in values]


async def _check(visit: Visit, form: Form) -> Response:
    told = {**cohort_form.read(Form(form.typed)), **dates.read(Form(form.typed))}
    programme = await programmes.one(visit.services, form.value("programme"))
    return visit.page(
        "open_check.html.j2",
        form=form,
        programme=programme.record,
        opens=form.moment("opens", "opens_time", "Opening"),
        closes=form.moment("closes", "closes_time", "Closing"),
        starts=form.moment("on", "starts", "Start"),
        ends=form.moment("on", "ends", "End"),
        told=told,
        answers=_answers(form),
        query=urlencode([*_answers(form), ("answered", str(len(STEPS)))]),
    )
