"""What the coaching service is made of."""

from services.coaching.register import subscribers as register_events
from services.coaching.register.api import candidates, practitioners
from services.coaching.register.api import codes as register_codes
from services.coaching.register.commands.contacts import contacts
from services.coaching.relationships import subscribers as relationship_events
from services.coaching.relationships.api import codes as relationship_codes
from services.coaching.relationships.api import relationships
from services.coaching.reporting.api import register
from shared.contracts.coaching import PUBLISHED
from shared.messaging.inbox import collect
from shared.service import Service
from shared.web import codes

CODES = codes.router((*register_codes.LISTS, *relationship_codes.LISTS))

service = Service(
    name="coaching",
    title="Coaching",
    description="The register of coaches and mentors and its candidates; invitations to and requests for their help.",
    routers=(practitioners.router, candidates.router, relationships.router, register.router, CODES),
    tags={
        "practitioners": "The register: coaches, mentors, supervisors and facilitators.",
        "candidates": "Who qualifies by a programme, and may be asked to join the register.",
        "relationships": "Invitations to coaching and mentoring, and requests for them.",
        "reports": "The register in figures.",
    },
    handlers=collect(register_events, relationship_events),
    announces=PUBLISHED,
    contacts=contacts,
)
