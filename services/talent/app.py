"""What the talent service is made of."""

from datetime import timedelta

from services.talent import events
from services.talent.api import assessments, evidence, members, pools, snapshots
from services.talent.commands.contacts import contacts
from services.talent.subscribers import enrolment
from services.talent.workers.snapshots import publish
from shared.service import Service
from shared.workers import Worker

service = Service(
    name="talent",
    title="Talent",
    description="Pool members and their readiness as people decided it; evidence of development; the pools as counts.",
    routers=(members.router, assessments.router, evidence.router, pools.router, snapshots.router),
    handlers=(
        enrolment.note_attendance,
        enrolment.forget_attendance,
        enrolment.note_completion,
        enrolment.forget_completion,
    ),
    announces=events.ANNOUNCES,
    workers=(Worker("published_pools", every=timedelta(seconds=30), run=publish),),
    contacts=contacts,
)
