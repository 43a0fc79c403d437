"""The code lists of messages."""

from collections.abc import Mapping
from types import MappingProxyType

from services.notifications.messages.domain.messages import Purpose, Silence, State
from shared.web.codes import fixed

PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        Purpose.CONFIRMATION: "A place is confirmed",
        Purpose.SESSION_UPDATE: "A session is new or has changed",
        Purpose.SESSION_CANCELLED: "A session does not take place",
        Purpose.WAITING_LIST: "A place on the waiting list",
        Purpose.WITHDRAWAL: "A place was given up",
        Purpose.COHORT_CANCELLED: "A cohort does not take place or does not go on",
        Purpose.CANCELLATION: "A calendar entry at an earlier address is cancelled",
        Purpose.RECORDING: "A recording can be watched",
        Purpose.TALENT_UPDATE: "News of the talent pools",
        Purpose.COACHING_INVITATION: "An invitation to coaching",
        Purpose.ADDRESS_CONFIRMATION: "Is this address yours?",
        Purpose.ADDRESS_CHANGE: "The address was changed",
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        State.CREATED: "Will be sent",
        State.SENT: "Taken by the mail server",
        State.SUPPRESSED: "Not sent: there is no need any more",
        State.TEMPORARY_FAILURE: "Not sent yet: it is tried again",
        State.PERMANENT_FAILURE: "Cannot be delivered",
        State.TECHNICAL_FAILURE: "Not sent for a fault of this side",
    }
)
SILENCES: Mapping[str, str] = MappingProxyType(
    {
        Silence.PLACE_GIVEN_UP: "The place was given up",
        Silence.ALREADY_TOLD: "The person knows already",
        Silence.OVER: "It is over",
        Silence.SUPERSEDED: "A later message says it",
        Silence.ATTENDED: "The person was there",
        Silence.WATCHED: "The person watched the recording",
        Silence.NOT_RECORDED: "There is no recording",
    }
)

LISTS = (
    fixed("message-purposes", "What a message is for.", PURPOSES),
    fixed("message-states", "Where a message stands.", STATES),
    fixed("silences", "Why a message is not sent.", SILENCES),
)
