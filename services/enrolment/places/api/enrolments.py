from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.domain.cohorts import (
    CohortCancelled,
    CohortClosed,
    CohortFull,
    CohortNotFound,
    CohortNotOpenYet,
    CohortStarted,
    OthersWait,
)
from services.enrolment.people.domain.learners import LearnerNotFound
from services.enrolment.places.commands.enrolments import enrol, withdraw
from services.enrolment.places.domain.enrolments import (
    AlreadyCompleted,
    AlreadyEnrolled,
    AlreadyWaiting,
    AlreadyWithdrawn,
    By,
    EnrolmentId,
    EnrolmentNotFound,
    Method,
    MethodNotYours,
    State,
    must_say,
)
from shared.codes import UnknownCode
from shared.fields import Code, Id
from shared.ids import CohortId, PersonId
from shared.web.app import Now
from shared.web.idempotency import Idempotent
from shared.web.principal import OWN, REGION, NotYours, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import Cohort, CohortInPath, Person, Time
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["enrolments"])

Enroller = Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)]

NOBODY_ENTERS = (
    NotYours,
    MethodNotYours,
    CohortNotFound,
    LearnerNotFound,
    AlreadyEnrolled,
    AlreadyWaiting,
    CohortNotOpenYet,
    CohortClosed,
    CohortStarted,
    CohortCancelled,
)
"""How whoever asks for a place or a wait is refused, however full the cohort is."""


class EnrolmentBody(Body):
    """Who asks, and on whose initiative."""

    person_id: Id = Field(description="Who is to have the place, under the id that every service knows them by.")
    method: Method | None = Field(
        None,
        description="On whose initiative, of `/v1/codes/enrolment-methods`; unless told, `self` for oneself and "
        "`manager` for others.",
    )

    def by(self, caller: Principal) -> Method:
        """As it is told, or as it follows from who calls; MethodNotYours where it is not theirs to say."""
        method = self.method or ("self" if self.person_id == caller.person_id else "manager")
        must_say(method, caller.roles)
        return method


class WithdrawalBody(Body):
    """Why a place or a wait is given up."""

    reason: Code = Field(description="Of `/v1/codes/withdrawal-reasons`, never free text.", examples=["workload"])
    by: By | None = Field(
        None,
        description="Who decided: `academy`, unless told; a learner always withdraws by their own decision.",
        examples=["learner"],
    )


class EnrolmentView(View):
    """A place or a wait."""

    enrolment_id: UUID = Field(description="This place or wait.")
    cohort_id: Cohort
    person_id: Person
    state: State = Field(description="Of `/v1/codes/enrolment-states`.")
    method: Method = Field(description="On whose initiative, of `/v1/codes/enrolment-methods`.")
    asked_at: Time
    enrolled_at: AwareDatetime | None = Field(description="Since when there is a place; null of a wait.")
    withdrawn_at: AwareDatetime | None = Field(
        description="When the place or the wait was given up; null while it was not.", examples=[None]
    )
    late: bool | None = Field(
        description="Whether a place was given up after the cut-off; null while nothing was given up.", examples=[None]
    )
    reason: str | None = Field(
        description="Why it was given up, of `/v1/codes/withdrawal-reasons`; `cohort_cancelled` where the academy "
        "ended it; null while nothing was given up.",
        examples=[None],
    )
    completed_at: AwareDatetime | None = Field(
        description="When the programme was completed; null while it is not.", examples=[None]
    )


@router.post("/cohorts/{cohort_id}/enrolments", status_code=201)
@refuses(CohortFull, OthersWait, *NOBODY_ENTERS)
async def create_enrolment(
    cohort_id: CohortInPath, body: EnrolmentBody, caller: Enroller, once: Idempotent, now: Now
) -> EnrolmentView:
    """Take a place; 409 `cohort_full` when there is none, `others_wait` while it is others' turn."""
    caller.must_act_for(body.person_id)
    return await once.run(
        EnrolmentView, enrol, CohortId(cohort_id), PersonId(body.person_id), method=body.by(caller), now=now
    )


@router.post("/enrolments/{enrolment_id}/withdrawal")
@refuses(UnknownCode, EnrolmentNotFound, AlreadyWithdrawn, AlreadyCompleted)
async def create_withdrawal(
    enrolment_id: Annotated[UUID, Path(description="The place or the wait.")],
    body: WithdrawalBody,
    caller: Enroller,
    once: Idempotent,
    now: Now,
) -> EnrolmentView:
    """Give up a place or a wait; a freed place goes to the next by the cohort's rule until `promotes_until`."""
    return await once.run(
        EnrolmentView,
        withdraw,
        EnrolmentId(enrolment_id),
        whose=caller.own(),
        by="learner" if caller.scope == OWN else body.by or "academy",
        reason=body.reason,
        now=now,
    )
