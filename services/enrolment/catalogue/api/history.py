from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.api.access import Lead
from services.enrolment.catalogue.domain.changes import Action, Change, Subject
from services.enrolment.catalogue.store import changes, cohorts, programmes, sessions
from shared.fields import Code
from shared.ids import CohortId, SessionId
from shared.postgres.database import Database
from shared.web.app import Db
from shared.web.paging import Page, Pager, Paging
from shared.web.views import View
from shared.whose import EVERYONE

router = APIRouter(prefix="/v1")


class FieldChangeView(View):
    """A field as it was and as it is."""

    before: Any
    after: Any


class ChangeView(View):
    """What somebody did to a record."""

    change_id: UUID
    version: int = Field(description="Of the record from then on.")
    action: Action
    changed_at: AwareDatetime
    changed_by: str = Field(description="The subject of the token it was done with.")
    fields: dict[str, FieldChangeView] = Field(description="What is otherwise since then, by field.")


@router.get("/programmes/{code}/history", tags=["programmes"])
async def list_programme_history(code: Code, caller: Lead, db: Db, paging: Paging) -> Page[ChangeView]:
    """What was changed of a programme, the newest first."""
    await db.read(programmes.find, code)
    return await _history(db, paging, "programme", code)


@router.get("/cohorts/{cohort_id}/history", tags=["cohorts"])
async def list_cohort_history(cohort_id: UUID, caller: Lead, db: Db, paging: Paging) -> Page[ChangeView]:
    """What was changed of a cohort, the newest first; of its sessions each has a history of its own."""
    await db.read(cohorts.find, CohortId(cohort_id), EVERYONE)
    return await _history(db, paging, "cohort", cohort_id)


@router.get("/sessions/{session_id}/history", tags=["sessions"])
async def list_session_history(session_id: UUID, caller: Lead, db: Db, paging: Paging) -> Page[ChangeView]:
    """What was changed of a session, the newest first."""
    await db.read(sessions.find, SessionId(session_id), EVERYONE)
    return await _history(db, paging, "session", session_id)


async def _history(db: Database, paging: Pager, subject: Subject, key: object) -> Page[ChangeView]:
    found: list[Change] = await db.read(changes.page, subject, key, after=paging.after_id(), limit=paging.fetch)
    return paging.page([ChangeView.model_validate(change) for change in found], key=lambda change: change.change_id)
