from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from services.talent.access import Keeper, Reader
from services.talent.pools.commands.assessments import assess
from services.talent.pools.domain.assessments import Judgement, Readiness
from services.talent.pools.domain.members import MemberNotFound
from services.talent.pools.store import assessments, members
from shared.fields import Day, Id
from shared.ids import PersonId
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["assessments"])


class JudgementBody(Body):
    """What people decided; up to 24 months, since beyond it nobody is in a pool."""

    horizon_months: Annotated[int, Field(ge=0, le=600, description="In how many months the person is ready.")]
    assessed_on: Day
    decided_by: Id

    def judgement(self) -> Judgement:
        """The judgement as the domain knows it."""
        return Judgement(self.horizon_months, self.assessed_on, PersonId(self.decided_by))


class AssessmentView(View):
    """An assessment as recorded; a later one for the same day supersedes it."""

    person_id: UUID
    version: int
    readiness: Readiness
    horizon_months: int
    assessed_on: date
    valid_until: date
    decided_by: UUID
    recorded_at: AwareDatetime
    superseded_at: AwareDatetime | None


@router.post("/members/{person_id}/assessments", status_code=201)
async def create_assessment(
    person_id: UUID, body: JudgementBody, caller: Keeper, once: Idempotent, now: Now
) -> AssessmentView:
    """Record a judgement; the clock never changes one."""
    return await once.run(AssessmentView, assess, PersonId(person_id), body.judgement(), now=now)


@router.get("/members/{person_id}/assessments")
async def list_assessments(person_id: UUID, caller: Reader, db: Db, paging: Paging) -> Page[AssessmentView]:
    """A member's assessments in the order they were recorded."""
    member = await db.read(members.find, PersonId(person_id))
    caller.must_see(MemberNotFound, person_id=member.person_id, system=member.position.system)
    found = await db.read(assessments.of_member, PersonId(person_id), after=paging.after_number(), limit=paging.fetch)
    return paging.page([AssessmentView.model_validate(a) for a in found], key=lambda a: a.version)
