from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.coaching.access import Keeper
from services.coaching.register.domain.codes import Kind
from services.coaching.register.store import candidates
from shared.fields import Flag
from shared.web.app import Db
from shared.web.paging import Page, Paging
from shared.web.terms import Person, Programme, Time
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["candidates"])


class CandidateView(View):
    """Somebody who qualifies as a kind; `registered` where the register has them as that already."""

    candidate_id: UUID = Field(description="This qualification of this person.")
    person_id: Person
    kind: Kind = Field(description="What the award qualifies as, of `/v1/codes/practitioner-kinds`.")
    award: str = Field(description="What the programme awards.", examples=["ilm_5"])
    programme_code: Programme
    qualified_at: Time
    registered: bool = Field(description="Whether the register has them as that kind already.")


@router.get("/candidates")
async def list_candidates(
    *,
    caller: Keeper,
    db: Db,
    paging: Paging,
    kind: Annotated[Kind | None, Query(description="Of this kind only.")] = None,
    registered: Annotated[Flag | None, Query(description="`false`: not on the register as that kind yet.")] = None,
) -> Page[CandidateView]:
    """Who completed a qualifying programme, in the order it became known; `registered=false` for whom to ask."""
    found = await db.read(
        candidates.page, kind=kind, registered=registered, after=paging.after_id(), limit=paging.fetch
    )
    return paging.page([CandidateView.model_validate(c) for c in found], key=lambda c: c.candidate_id)
