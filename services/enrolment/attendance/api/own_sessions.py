from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from services.enrolment.attendance.domain.registers import OnTheDay
from services.enrolment.attendance.store import own_sessions
from services.enrolment.places.domain.enrolments import State
from shared.errors import NotFound
from shared.fields import Flag
from shared.ids import PersonId
from shared.web.app import Db, Now
from shared.web.paging import Ordering, Page, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import Cohort, PersonInPath, Programme, Time
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["sessions"])


class OwnSessionView(View):
    """A session of what a person holds or waits for, and what its register says of that person."""

    session_id: UUID = Field(description="This session.")
    cohort_id: Cohort
    programme_code: Programme
    programme_title: str = Field(description="What the programme is called.", examples=["Trauma informed leadership"])
    cohort_title: str = Field(description="What people call the cohort.", examples=["Autumn 2020"])
    enrolment_id: UUID = Field(description="The place or the wait.")
    state: State = Field(
        description="Of the place or the wait, of `/v1/codes/enrolment-states`; `withdrawn` only where the academy "
        "cancelled the cohort."
    )
    title: str = Field(description="What people call the session.", examples=["Leading with compassion"])
    starts_at: Time
    ends_at: Time
    join_ref: str | None = Field(
        description="Leads to the room, by `/v1/joining/…`; null of a wait.", examples=["Zq8f2Vw0mD3kXr7Lb1Ns5TyA"]
    )
    recording_ref: str | None = Field(
        description="Leads to the recording, by `/v1/recordings/…`; null while there is none, and of a wait.",
        examples=["hT4cPz9Ew2Kj6Rn0Uv8Gx3Qd"],
    )
    cancelled_at: AwareDatetime | None = Field(
        description="Since when it does not take place; null while it does.", examples=[None]
    )
    on_the_day: OnTheDay | None = Field(
        description="Whether the person was there, of `/v1/codes/attendance-modes`; null while nobody said so."
    )
    recording: bool = Field(description="Whether the person watched the recording.")


@router.get("/learners/{person_id}/sessions")
@refuses(NotFound)
async def list_own_sessions(
    *,
    person_id: PersonInPath,
    caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION, region=REGION)],
    db: Db,
    now: Now,
    paging: Paging,
    to_come: Annotated[
        Flag | None, Query(description="Whether it takes place and has not ended; people join late.")
    ] = None,
    recorded: Annotated[Flag | None, Query(description="Whether there is a recording that they may watch.")] = None,
    order: Ordering = "oldest",
) -> Page[OwnSessionView]:
    """The sessions of a learner's places and waits by when they start, of all cohorts, with whether they were there."""
    caller.must_see(person_id=person_id)
    wanted = own_sessions.Wanted(to_come=to_come, recorded=recorded, order=order)
    found = await db.read(
        own_sessions.page, PersonId(person_id), wanted, now=now, after=paging.after_id(), limit=paging.fetch
    )
    return paging.page([OwnSessionView.model_validate(one) for one in found], key=lambda one: one.session_id)
