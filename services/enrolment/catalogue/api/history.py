from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.enrolment.catalogue.api.access import Lead
from services.enrolment.catalogue.domain.changes import Action, Change, Subject
from services.enrolment.catalogue.domain.cohorts import CohortNotFound
from services.enrolment.catalogue.domain.programmes import ProgrammeNotFound
from services.enrolment.catalogue.domain.sessions import SessionNotFound
from services.enrolment.catalogue.store import changes, cohorts, programmes, sessions
from shared.ids import CohortId, SessionId
from shared.postgres.database import Database
from shared.web.app import Db
from shared.web.paging import Page, Pager, Paging
from shared.web.refusals import refuses
from shared.web.terms import CohortInPath, ProgrammeInPath, SessionInPath, Time
from shared.web.views import View
from shared.whose import EVERYONE

router = APIRouter(prefix="/v1")


class FieldChangeView(View):
    """A field as it was and as it is."""

    before: Any = Field(description="As JSON; null where there was nothing.", examples=[16])
    after: Any = Field(description="As JSON; null where there is nothing any more.", examples=[20])


class ChangeView(View):
    """What somebody did to a record."""

    change_id: UUID = Field(description="This change.")
    version: int = Field(description="Of the record from then on.", examples=[2])
    action: Action = Field(description="What was done.", examples=["edited"])
    changed_at: Time
    changed_by: str = Field(
        description="The subject of the token it was done with.", examples=["0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10"]
    )
    fields: dict[str, FieldChangeView] = Field(
        description="What is otherwise since then, by field; empty where nothing but the action is told.",
        examples=[{"places": {"before": 16, "after": 20}}],
    )


@router.get("/programmes/{code}/history", tags=["programmes"])
@refuses(ProgrammeNotFound)
async def list_programme_history(code: ProgrammeInPath, caller: Lead, db: Db, paging: Paging) -> Page[ChangeView]:
    """What was changed of a programme, the newest first."""
    await db.read(programmes.find, code)
    return await _history(db, paging, "programme", code)


@router.get("/cohorts/{cohort_id}/history", tags=["cohorts"])
@refuses(CohortNotFound)
async def list_cohort_history(cohort_id: CohortInPath, caller: Lead, db: Db, paging: Paging) -> Page[ChangeView]:
    """What was changed of a cohort, the newest first; of its sessions each has a history of its own."""
    await db.read(cohorts.find, CohortId(cohort_id), EVERYONE)
    return await _history(db, paging, "cohort", cohort_id)


@router.get("/sessions/{session_id}/history", tags=["sessions"])
@refuses(SessionNotFound)
async def list_session_history(session_id: SessionInPath, caller: Lead, db: Db, paging: Paging) -> Page[ChangeView]:
    """What was changed of a session, the newest first."""
    await db.read(sessions.find, SessionId(session_id), EVERYONE)
    return await _history(db, paging, "session", session_id)


async def _history(db: Database, paging: Pager, subject: Subject, key: object) -> Page[ChangeView]:
    found: list[Change] = await db.read(changes.page, subject, key, after=paging.after_id(), limit=paging.fetch)
    return paging.page([ChangeView.model_validate(change) for change in found], key=lambda change: change.change_id)
