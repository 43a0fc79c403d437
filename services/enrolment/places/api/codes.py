"""The code lists of enrolments."""

from types import MappingProxyType

from services.enrolment.catalogue.store import reasons
from shared.web.codes import CodeList, fixed

METHODS = MappingProxyType(
    {
        "self": "Asked for the place themselves",
        "manager": "Entered by a manager",
        "nomination": "Nominated",
        "team": "Entered with the team",
    }
)
STATES = MappingProxyType(
    {
        "enrolled": "Has a place",
        "waitlisted": "Waits for a place",
        "withdrawn": "Gave up the place or the wait",
        "completed": "Completed the programme",
    }
)

LISTS = (
    CodeList(reasons.WITHDRAWAL, "Why a place or a wait is given up.", reasons.listed),
    fixed("enrolment-methods", "How a place was asked for.", METHODS),
    fixed("enrolment-states", "Where an enrolment stands.", STATES),
)
