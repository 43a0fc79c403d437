"""The register of a session: as it stands, and saved as one batch whose rows are answered one by one."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import cohorts, registers, sessions
from services.portal.clients.enrolment.registers import Answer
from services.portal.frame.forms import Form
from services.portal.pages.registers.rows import CHOICES, key_of, rows, summary, tell_refusals, told
from services.portal.pages.sending import Sent, act
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()


@router.get("/sessions/{session_id}/register")
async def register(visit: Somebody, session_id: UUID) -> Response:
    """What stands there is chosen already, so that a correction is one choice."""
    return await _shown(visit, session_id, Form())


@router.post("/sessions/{session_id}/register")
async def take(visit: Somebody, session_id: UUID, form: Sent) -> Response:
    """Save what differs. The answers are on this page: an address has no room for a hundred."""
    differs = told(form)
    if not differs:
        form.others.append("Nothing was chosen that was not there before")
        return await _shown(visit, session_id, form)
    key = key_of(form, differs)
    answers = await act(form, lambda: registers.take(visit.services, session_id, differs, key=key))
    return await _shown(visit, session_id, form, answers or ())


async def _shown(visit: Visit, session_id: UUID, form: Form, answers: Sequence[Answer] = ()) -> Response:
    session, page = await asyncio.gather(
        sessions.one(visit.services, session_id), registers.page(visit.services, session_id, after=visit.after)
    )
    shown = rows(page.items, form, answers)
    tell_refusals(form, shown, answers)
    return visit.page(
        "register.html.j2",
        form=form,
        session=session,
        course=await cohorts.one(visit.services, session.cohort_id),
        rows=shown,
        choices=CHOICES,
        pages=visit.pages(page.next),
        after=visit.after,
        done=None if form.wrong else summary(shown),
    )
