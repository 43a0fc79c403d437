"""The code lists of members' records."""

from types import MappingProxyType

from services.talent.pools.store import codes
from shared.web.codes import CodeList, fixed

READINESS = MappingProxyType(
    {
        "ready_now": "Ready now",
        "ready_soon": "Ready within 12 months",
        "between": "Ready in more than 12 and less than 18 months",
        "not_yet_ready": "Ready in 18 to 24 months",
    }
)
EVIDENCE = MappingProxyType({"session_attended": "Attended a session", "programme_completed": "Completed a programme"})

LISTS = (
    CodeList("systems", "Integrated care systems of the region.", codes.listed),
    CodeList("professional-groups", "Professional groups of directors.", codes.listed),
    CodeList("service-types", "Kinds of NHS organisation.", codes.listed),
    fixed("readiness", "When a member is ready, as people decided it.", READINESS),
    fixed("evidence-kinds", "What evidence of development tells.", EVIDENCE),
)
