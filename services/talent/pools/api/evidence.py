from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.talent.access import Reader
from services.talent.pools.domain.evidence import Kind
from services.talent.pools.domain.members import MemberNotFound
from services.talent.pools.store import evidence, members
from shared.ids import PersonId
from shared.web.app import Db
from shared.web.paging import Page, Paging
from shared.web.refusals import refuses
from shared.web.terms import PersonInPath, Programme, Time
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["evidence"])


class EvidenceView(View):
    """Something a member took part in; it carries no score."""

    evidence_id: UUID = Field(description="This piece of evidence.")
    kind: Kind = Field(description="Of `/v1/codes/evidence-kinds`.")
    programme_code: Programme
    happened_at: Time


@router.get("/members/{person_id}/evidence")
@refuses(MemberNotFound)
async def list_evidence(person_id: PersonInPath, caller: Reader, db: Db, paging: Paging) -> Page[EvidenceView]:
    """What a member took part in, also before joining, in the order it became known."""
    member = await db.read(members.find, PersonId(person_id))
    caller.must_see(MemberNotFound, person_id=member.person_id, system=member.position.system)
    found = await db.read(evidence.of_person, PersonId(person_id), after=paging.after_id(), limit=paging.fetch)
    return paging.page([EvidenceView.model_validate(e) for e in found], key=lambda e: e.evidence_id)
