"""What a message is about, in words."""

from collections.abc import Mapping
from types import MappingProxyType

PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "confirmation": "A place is confirmed",
        "session_update": "A session is new or has changed",
        "session_cancelled": "A session does not take place",
        "waiting_list": "On the waiting list",
        "withdrawal": "A place was given up",
        "cohort_cancelled": "A course does not take place or does not go on",
        "cancellation": "A calendar entry at an earlier address is cancelled",
        "recording": "A recording can be watched",
        "talent_update": "News of the talent pools",
        "coaching_invitation": "An invitation to coaching",
        "address_confirmation": "Whether the address is theirs",
        "address_change": "The address was changed",
    }
)
"""Said to whoever got it and to whoever sent it."""
