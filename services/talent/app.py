"""What the talent service is made of."""

from services.talent import events
from services.talent.api import assessments, evidence, members, pools
from services.talent.commands.contacts import contacts
from services.talent.subscribers import enrolment
from shared.service import Service

service = Service(
    name="talent",
    title="Talent",
    description="Pool members and their readiness as people decided it; evidence of development; the pools as counts.",
    routers=(members.router, assessments.router, evidence.router, pools.router),
    handlers=(
        enrolment.note_attendance,
        enrolment.forget_attendance,
        enrolment.note_completion,
        enrolment.forget_completion,
    ),
    announces=events.ANNOUNCES,
    contacts=contacts,
)
