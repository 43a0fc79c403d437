"""What the services' operations API answers, as far as it is read here; what is added to it later is ignored."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

State = Literal["dead", "retry", "gap", "behind", "parked"]


class Response(BaseModel):
    """A tolerant reader's model."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Republished(Response):
    """One page of people announced, or counted; `next` is null at the end."""

    people: int
    next: UUID | None


class StuckEvent(Response):
    """An event that is stuck: deferred by its reader, or refused by Kafka; those behind it on its key wait."""

    event_id: UUID
    topic: str
    key: str
    version: int
    type: str
    state: State = "parked"
    error: str = Field(validation_alias=AliasChoices("error_class", "last_error"))
    since: datetime = Field(validation_alias=AliasChoices("deferred_at", "parked_at"))
    attempts: int | None = None
    next_at: datetime | None = None
    bytes: int | None = None
    waiting_behind: int | None

    @property
    def name(self) -> str:
        """The event's name, without the house's prefix and version."""
        return short_type(self.type)


class WholeEvent(StuckEvent):
    """The same with its content, as far as the service shows it."""

    envelope: dict[str, Any] = Field(validation_alias=AliasChoices("envelope", "headers"))
    payload: Any


class UndecodableRecord(Response):
    """A record of another system that is no event; `event_id` is that of its dead letter."""

    event_id: UUID = Field(validation_alias="id")
    topic: str
    partition: int
    offset: int
    key: str | None
    bytes: int
    since: datetime = Field(validation_alias="noted_at")
    name: str = "no event"
    error: str = Field("Undecodable", validation_alias="reason")


class WholeRecord(UndecodableRecord):
    """The same with its content, as far as the service shows it."""

    headers: list[tuple[str, str | None]]
    payload: str | None


class PassedBy(Response):
    """Records of a topic that a service only counted, because too many came."""

    topic: str
    reason: str
    records: int
    last_day: date
    partition: int
    offset: int


class Unread(Response):
    """The records that are no events: those a service kept, and how many it only counted."""

    records: list[UndecodableRecord]
    passed_by: list[PassedBy]


class Outcome(Response):
    """What an action did, or would do."""

    action: str
    dry_run: bool
    event_ids: list[UUID]
    waiting_behind: int


class PastAction(Response):
    """An action somebody took."""

    id: UUID
    at: datetime
    caller: str
    action: str
    reason: str
    event_ids: list[UUID]


class DeliveryStatus(Response):
    """How far a service's events have come, and how far it has come with those of others."""

    outbox: int
    parked: int
    deferred: int
    dead: int
    undecodable: int = 0
    withheld: str | None = None
    lag: int | None
    oldest_seconds: float | None = None
    events_published: dict[str, int]
    applied_by_topic: dict[str, int]


class Standing(Response):
    """Whether a service publishes from its database, and which topics it writes, with how many lanes in all."""

    withheld: str | None
    topics: list[str]
    lanes: int
    lanes_left: int


class LostEvent(Response):
    """An event that is in a topic, and that its owner, whose database was set back, knows nothing of."""

    event_id: UUID
    key: str
    version: int
    type: str


class Lane(Response):
    """One lane of a topic compared with its owner's database, and reconciled unless it was a dry run."""

    topic: str
    lane: int
    dry_run: bool
    records: int
    undecodable: int
    keys_behind: int
    already_published: int
    renumbered: int
    lost: int
    lost_events: list[LostEvent]


def short_type(ce_type: str) -> str:
    """`uk.nhs.midlands-leadership.enrolment.LearnerEnrolled.v1` → `LearnerEnrolled`; anything else as it is."""
    parts = ce_type.split(".")
    return parts[-2] if len(parts) > 1 and parts[-1].startswith("v") else ce_type
