from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime

from services.coaching.access import Keeper
from services.coaching.register.domain.codes import Kind
from services.coaching.register.store import candidates
from shared.fields import Flag
from shared.web.app import Db
from shared.web.paging import Page, Paging
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["candidates"])


class CandidateView(View):
    """Somebody who qualifies as a kind; `registered` where the register has them as that already."""

    candidate_id: UUID
    person_id: UUID
    kind: Kind
    award: str
    programme_code: str
    qualified_at: AwareDatetime
    registered: bool


@router.get("/candidates")
async def list_candidates(
    *,
    caller: Keeper,
    db: Db,
    paging: Paging,
    kind: Kind | None = None,
    registered: Flag | None = None,
) -> Page[CandidateView]:
    """Who completed a qualifying programme, in the order it became known; `registered=false` for whom to ask."""
    found = await db.read(
        candidates.page, kind=kind, registered=registered, after=paging.after_id(), limit=paging.fetch
    )
    return paging.page([CandidateView.model_validate(c) for c in found], key=lambda c: c.candidate_id)
