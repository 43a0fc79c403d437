"""Opening a cohort: four short steps, whose answers stand in the address, and a page to check them on.

So one can go back, reload and come again later; nothing is made before the last button.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Response

from services.portal.clients.api import every
from services.portal.clients.enrolment import cohorts, programmes, sessions
from services.portal.clients.enrolment.programmes import Programme
from services.portal.frame.forms import Form
from services.portal.frame.navigation import LEADS
from services.portal.pages.programme_lead import cohort_form, session_form
from services.portal.pages.sending import Sent, act, see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

_WHERE = ("answered", "change")


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a long form."""

    template: str
    read: Callable[[Form], Mapping[str, Any]]


STEPS = (
    Step("open_programme.html.j2", cohort_form.read_programme),
    Step("open_places.html.j2", cohort_form.read_places),
    Step("open_applications.html.j2", cohort_form.read_applications),
    Step("open_session.html.j2", session_form.read),
)
_NUMBERS = range(1, len(STEPS) + 1)


@router.get("/cohorts/new")
async def ask(visit: Somebody, answered: int = 0, change: int = 0) -> Response:
    """The first step that is not answered yet, or not well; then the page to check."""
    visit.needs(LEADS)
    form = Form.of(visit.request.query_params)
    number = _first_wrong(form, answered) or change or max(0, answered) + 1
    if number not in _NUMBERS:
        return await _lacking(visit, form) or await _check(visit, form)
    return await _step(visit, number, form, answered)


@router.post("/cohorts/new")
async def open_cohort(visit: Somebody, form: Sent) -> Response:
    """Make the cohort, then its first session; sent again it makes neither twice."""
    if unanswered := await _lacking(visit, form):
        return unanswered
    cohort_told, session_told = cohort_form.read(form), session_form.read(form)
    cohort = await act(form, lambda: cohorts.open_one(visit.services, cohort_told, key=form.key), cohort_form.NAMES)
    if cohort is None:
        return await _refused(visit, form)
    place, key = f"/cohorts/{cohort.cohort_id}", str(uuid5(NAMESPACE_URL, f"{form.key}/session"))
    if await act(
        form, lambda: sessions.add(visit.services, cohort.cohort_id, session_told, key=key), session_form.NAMES
    ):
        return see_other(place, "cohort-opened")
    form.key = key
    return visit.page("session_new.html.j2", cohort=cohort, opened=True, form=form)


def _first_wrong(form: Form, answered: int) -> int | None:
    """The first of so many steps that is not answered, or not well."""
    for number, step in enumerate(STEPS[: max(0, answered)], start=1):
        step.read(form)
        if form.wrong:
            return number
    return None


async def _lacking(visit: Visit, form: Form) -> Response | None:
    """The step that lacks an answer, of an address or a form that somebody shortened; None where all have one."""
    number = _first_wrong(form, len(STEPS))
    return await _step(visit, number, form, len(STEPS)) if number else None


async def _refused(visit: Visit, form: Form) -> Response:
    """The step whose answer a service refuses; the page to check where it is no answer's fault.

    A summary leads to fields of its own page: what is wrong with another step stands there in words alone.
    """
    for number in _NUMBERS:
        here = _fields(number)
        if form.faults.keys() & here:
            form.others += [form.faults.pop(name) for name in list(form.faults) if name not in here]
            return await _step(visit, number, form, len(STEPS))
    return await _check(visit, form)


async def _step(visit: Visit, number: int, form: Form, answered: int) -> Response:
    return visit.page(
        STEPS[number - 1].template,
        form=form,
        number=number,
        steps=len(STEPS),
        answered=max(number, answered),
        programmes=[(p.programme_code, p.title, p.audience) for p in await _offered(visit)],
        kept=[(name, value) for name, value in _answers(form) if name not in _fields(number)],
    )


async def _offered(visit: Visit) -> list[Programme]:
    found = await every(partial(programmes.page, visit.services))
    return [programme for programme in found if programme.retired_at is None]


def _fields(number: int) -> set[str]:
    """What the step asks; what other steps have asked its form bears along."""
    asked = Form()
    STEPS[number - 1].read(asked)
    return {name for fault in asked.faults for name in (fault, f"{fault}-month", f"{fault}-year")}


def _key(visit: Visit, form: Form) -> str:
    """Of these answers of this sign-in: gone back to and sent once more they open nothing twice."""
    csrf = visit.caller.csrf if visit.caller else ""
    return str(uuid5(NAMESPACE_URL, f"{csrf}?{urlencode(_answers(form))}"))


def _answers(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, value in form.answers if name not in _WHERE]


async def _check(visit: Visit, form: Form) -> Response:
    chosen = [p for p in await _offered(visit) if p.programme_code == form.value("programme").strip()]
    if not chosen:
        form.fault("programme", "Choose a programme that is offered")
        return await _step(visit, 1, form, len(STEPS))
    starts, ends = session_form.times(form)
    form.key = _key(visit, form)
    return visit.page(
        "open_check.html.j2",
        form=form,
        programme=chosen[0],
        opens=form.moment("opens", "opens_time", "Opening"),
        closes=form.moment("closes", "closes_time", "Closing"),
        starts=starts,
        ends=ends,
        answers=_answers(form),
        query=urlencode([*_answers(form), ("answered", str(len(STEPS)))]),
    )
