"""The code lists of programmes."""

from types import MappingProxyType

from services.enrolment.catalogue.store import reasons
from shared.web.codes import CodeList, fixed

LEVELS = MappingProxyType({"I": "Leading oneself", "We": "Leading a team", "Us": "Leading across a system"})
LATE_ENTRY = MappingProxyType(
    {
        "none": "Nobody enters once the first session has started",
        "while_running": "Whoever asks enters until enrolment closes",
    }
)

STAGES = MappingProxyType(
    {
        "announced": "Enrolment has not opened",
        "open": "Enrolment is open",
        "closed": "Enrolment has closed, and no session has started",
        "running": "The first session has started, the last has not ended",
        "over": "Every session has ended",
        "cancelled": "It does not take place, or did not go on",
    }
)

LISTS = (
    fixed("cohort-states", "How a cohort stands now, by its dates.", STAGES),
    CodeList(reasons.CANCELLATION, "Why a cohort or a session does not take place.", reasons.listed),
    fixed("levels", "Whom a programme is about.", LEVELS),
    fixed("late-entry", "Who enters a cohort that has started.", LATE_ENTRY),
)
