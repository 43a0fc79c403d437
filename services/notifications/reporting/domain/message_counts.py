"""Messages as counts: they name nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.notifications.messages.domain.messages import Purpose, State
from shared.ids import EventId


@dataclass(frozen=True, slots=True)
class CausedMessages:
    """What became of the messages one event caused, as counts: it names nobody, and no message by itself."""

    cause_event_id: EventId
    purposes: tuple[Purpose, ...]
    messages: Mapping[State, int]
    failure_codes: tuple[str, ...]
    waiting_for: tuple[str, ...]
    first_due_at: datetime


@dataclass(frozen=True, slots=True)
class MessageCount:
    """How many messages of a purpose stand in a state."""

    purpose: Purpose
    state: State
    messages: int


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """Messages a sender has taken and not settled, and those that ended otherwise after a sender was gone."""

    under_way: int = 0
    uncertain: int = 0
