"""The CloudEvents 1.0 envelope and the base of every event payload.

Source: CloudEvents 1.0 Kafka protocol binding, binary content mode.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.fields import Moment, Text

TYPE_PREFIX = "uk.nhs.midlands-leadership"
SOURCE_PREFIX = "/nhs/midlands-leadership"


SCHEMAS = "events/schemas"
"""Where the gateway serves the JSON Schema of every event, as `docs/events/schemas` has them."""


def schema_uri(public_url: str, event_type: str) -> str:
    """`ce_dataschema`: it leads to the schema as long as the academy is reached at that address."""
    return f"{public_url}/{SCHEMAS}/{event_type}.json"


def source_of(service: str, environment: str) -> str:
    """`ce_source` of what a service publishes."""
    return f"{SOURCE_PREFIX}/{environment}/{service}"


class Payload(BaseModel):
    """A part of an event: frozen, closed when written, and no value is taken for what it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Contract(Payload):
    """An event payload. Class name = event name, past tense; the payload contains its own key."""

    topic: ClassVar[str]
    key_field: ClassVar[str]
    version: ClassVar[int] = 1

    effective_at: Moment

    @classmethod
    def event_type(cls) -> str:
        """`ce_type`, e.g. `uk.nhs.midlands-leadership.enrolment.LearnerEnrolled.v1`."""
        return f"{TYPE_PREFIX}.{cls.topic.split('.')[0]}.{cls.__name__}.v{cls.version}"

    def key(self) -> str:
        """The Kafka key: events of one key are seen in commit order."""
        return str(getattr(self, self.key_field))


class EventSkipped(Payload):
    """Takes the place of an event that could not be sent: same topic, key and version, and nothing to be done.

    May stand on any topic; whoever counts versions moves on, as with every type it does not handle.
    """

    TYPE: ClassVar[str] = f"{TYPE_PREFIX}.delivery.EventSkipped.v1"

    effective_at: Moment
    skipped_type: Text


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of an event besides its payload; `sequence` is the gapless version of its key."""

    id: UUID
    source: str
    type: str
    time: datetime
    topic: str
    key: str
    sequence: int
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
