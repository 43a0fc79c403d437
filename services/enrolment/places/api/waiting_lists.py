from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.enrolment.catalogue.domain.cohorts import CohortNotFull, Rule
from services.enrolment.places.api.enrolments import NOBODY_ENTERS, Enroller, EnrolmentBody
from services.enrolment.places.commands.waiting_lists import join_waiting_list
from shared.ids import CohortId, PersonId
from shared.web.app import Now
from shared.web.idempotency import Idempotent
from shared.web.refusals import refuses
from shared.web.terms import CohortInPath
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["enrolments"])


class WaitingView(View):
    """Where the person stands, and by which rule places are handed on."""

    enrolment_id: UUID = Field(description="The wait; it becomes the place.")
    rank: int = Field(description="From 1 on: who is 1 gets the next place that is freed.", examples=[1])
    rule: Rule = Field(description="How a freed place finds the next who waits.")


@router.post("/cohorts/{cohort_id}/waiting-list", status_code=201)
@refuses(CohortNotFull, *NOBODY_ENTERS)
async def create_waiting(
    cohort_id: CohortInPath, body: EnrolmentBody, caller: Enroller, once: Idempotent, now: Now
) -> WaitingView:
    """Wait for a place of a full cohort; 409 `cohort_not_full` while one may enrol."""
    caller.must_act_for(body.person_id)
    return await once.run(
        WaitingView, join_waiting_list, CohortId(cohort_id), PersonId(body.person_id), method=body.by(caller), now=now
    )
