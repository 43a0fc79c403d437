"""What the enrolment service is made of."""

from datetime import timedelta

from services.enrolment import events
from services.enrolment.api import cohorts, enrolments, learners, pages, programmes, reach, registers, sessions
from services.enrolment.commands.contacts import contacts
from services.enrolment.settings import load
from services.enrolment.workers import snapshots
from shared.service import Service
from shared.workers import Worker

service = Service(
    name="enrolment",
    title="Enrolment",
    description="Programmes, cohorts and sessions; places, waiting lists and registers; the reach of it all.",
    routers=(
        programmes.router,
        cohorts.router,
        sessions.router,
        learners.router,
        enrolments.router,
        registers.router,
        reach.router,
        pages.router,
    ),
    settings=load,
    announces=events.ANNOUNCES,
    workers=(Worker("published_reach", every=timedelta(seconds=30), run=snapshots.publish),),
    contacts=contacts,
)
