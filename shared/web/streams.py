"""For ops, after a database was set back: compare the topics with it, lane by lane, then let the service publish."""

from typing import Annotated, Literal, TypeAlias, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from shared.contracts.topics import PARTITIONS
from shared.fields import Reason, Title
from shared.messaging import streams
from shared.messaging.recovery import ActionContext
from shared.messaging.streams import NoSuchLane, NotWithheld, StillRecovering, Streams, StreamsUnreconciled, TopicUnread
from shared.web.app import Db
from shared.web.idempotency import Idempotent
from shared.web.principal import REGION, Principal, allowed
from shared.web.recovery import Key
from shared.web.refusals import refuses
from shared.web.terms import EventType
from shared.web.views import Body, View

Ops: TypeAlias = Annotated[Principal, allowed(ops=REGION)]


async def _own(request: Request) -> Streams:
    return cast("Streams", request.app.state.streams)


Own: TypeAlias = Annotated[Streams, Depends(_own)]


class StandingView(View):
    """Whether the service publishes, and how many lanes of which topics are still to be reconciled before it does."""

    withheld: Literal["restored", "recovering"] | None = Field(
        description="Why it does not publish; null while it does.", examples=[None]
    )
    topics: list[str] = Field(description="Those with lanes left.", examples=[["enrolment.learners"]])
    lanes: int = Field(description="All of its topics.", examples=[24])
    lanes_left: int = Field(description="Still to be reconciled.", examples=[0])


class LostEvent(View):
    """An event subscribers have and the service knows nothing of any more."""

    event_id: UUID = Field(description="The event.")
    key: Key
    version: int = Field(description="Of the key, from 1 on.", examples=[3])
    type: EventType


class ReconciledView(View):
    """What was done to a lane, or would be done when it is a dry run (the default)."""

    topic: str = Field(description="Logical name.", examples=["enrolment.learners"])
    lane: int = Field(description="Partition.", examples=[0])
    dry_run: bool = Field(description="Whether it was only counted.")
    records: int = Field(description="In the lane.", examples=[120])
    undecodable: int = Field(description="Records that are no event.", examples=[0])
    keys_behind: int = Field(description="Keys of which the topic holds more than the database knew.", examples=[1])
    already_published: int = Field(
        description="Events in the outbox that had left before the loss; dropped.", examples=[2]
    )
    renumbered: int = Field(description="Events in the outbox that get a version after the topic's last.", examples=[1])
    lost: int = Field(description="Events in the topic that the database knows nothing of.", examples=[1])
    lost_events: list[LostEvent] = Field(description="The first thousand of those.")


class ReconcileBody(Body):
    """One lane of one topic, which is read to its end."""

    topic: Title = Field(description="Logical name.", examples=["enrolment.learners"])
    lane: int = Field(ge=0, lt=PARTITIONS, description="Partition.", examples=[0])
    reason: Reason = Field(description="Why; kept with the action.", examples=["set back to last night"])
    dry_run: bool = Field(default=True, description="Only count.")


class ResumeBody(Body):
    """Publish again."""

    reason: Reason = Field(description="Why; kept with the action.", examples=["set back to last night"])
    dry_run: bool = Field(default=True, description="Only look whether it may.")


router = APIRouter(prefix="/v1/operations/streams", tags=["operations"])


@router.get("")
async def get_streams(caller: Ops, db: Db, own: Own) -> StandingView:  # noqa: ARG001 who may ask is the route's rule
    """Whether the service publishes, and what is left to do before it may."""
    return StandingView.model_validate(await db.read(own.standing), from_attributes=True)


@router.post("/reconcile")
@refuses(NoSuchLane, TopicUnread, NotWithheld, StillRecovering)
async def reconcile(caller: Ops, body: ReconcileBody, db: Db, own: Own, once: Idempotent) -> ReconciledView:
    """Let the versions of a lane's keys follow on what its topic holds."""
    survey = await own.survey(db, body.topic, body.lane)
    context = ActionContext(caller.sub, body.reason, body.dry_run)
    return await once.run(ReconciledView, streams.reconcile, survey, context)


@router.post("/resume")
@refuses(NotWithheld, StreamsUnreconciled, StillRecovering)
async def resume(caller: Ops, body: ResumeBody, own: Own, once: Idempotent) -> StandingView:
    """Publish again, once every lane is reconciled."""
    return await once.run(StandingView, own.resume, ActionContext(caller.sub, body.reason, body.dry_run))
