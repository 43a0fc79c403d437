"""What a service refuses, said to the person it is about: its own words are for whoever acts for others too."""

from collections.abc import Mapping
from types import MappingProxyType

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "already_enrolled": "You have a place already.",
        "already_waiting": "You are on the waiting list already.",
        "already_withdrawn": "You gave it up already.",
        "already_completed": "You have completed the course: there is nothing left to give up.",
        "cohort_full": "Somebody else took the last place.",
        "cohort_not_full": "A place is free by now: you need not wait.",
        "others_wait": "A place is free, but others asked for it earlier and come first.",
        "cohort_started": "The course has begun: nobody new can join it.",
        "cohort_cancelled": "The course was cancelled.",
    }
)
"""By its code; days of opening and closing only the service's own words tell."""
