"""The code lists of the register."""

from types import MappingProxyType

from services.coaching.register.domain.codes import QUALIFICATIONS, SYSTEMS
from services.coaching.register.store import codes
from shared.web.codes import CodeList, fixed

KINDS = MappingProxyType(
    {"coach": "Coach", "mentor": "Mentor", "supervisor": "Coaching supervisor", "facilitator": "360 facilitator"}
)
ORIGINS = MappingProxyType(
    {
        "added": "Added to this register",
        "migrated": "Taken over from a register before",
        "merged": "Came with another register",
    }
)
HALVES = MappingProxyType({"east": "East Midlands", "west": "West Midlands"})

LISTS = (
    CodeList(SYSTEMS, "Integrated care systems of the region.", codes.listed),
    CodeList(QUALIFICATIONS, "What practitioners are qualified by.", codes.listed),
    fixed("practitioner-kinds", "What a practitioner is.", KINDS),
    fixed("origins", "How an entry came into the register.", ORIGINS),
    fixed("halves", "The halves of the region.", HALVES),
)
