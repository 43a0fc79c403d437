"""The code lists of relationships."""

from types import MappingProxyType

from shared.web.codes import fixed

FORMS = MappingProxyType({"coaching": "Coaching", "mentoring": "Mentoring"})
STATES = MappingProxyType({"invited": "Invited to ask for it", "requested": "Asked for"})
REASONS = MappingProxyType(
    {"invited": "Was invited", "priority_group": "Belongs to a group that comes first", "none": "None"}
)

LISTS = (
    fixed("relationship-forms", "What kind of help it is.", FORMS),
    fixed("relationship-states", "Where a relationship stands.", STATES),
    fixed("priority-reasons", "Why a request comes first.", REASONS),
)
