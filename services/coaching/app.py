"""What the coaching service is made of."""

from services.coaching import events
from services.coaching.api import candidates, practitioners, register, relationships
from services.coaching.commands.contacts import contacts
from services.coaching.subscribers import enrolment, talent
from shared.service import Service

service = Service(
    name="coaching",
    title="Coaching",
    description="The register of coaches and mentors and its candidates; invitations to and requests for their help.",
    routers=(practitioners.router, candidates.router, relationships.router, register.router),
    handlers=(enrolment.note_award, enrolment.forget_award, talent.invite_ready_soon),
    announces=events.ANNOUNCES,
    contacts=contacts,
)
