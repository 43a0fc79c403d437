"""What the enrolment service is made of."""

from datetime import timedelta

from services.enrolment.attendance.api import codes as attendance_codes
from services.enrolment.attendance.api import own_sessions, registers
from services.enrolment.attendance.commands.completions import follow_fewer_sessions, follow_sessions
from services.enrolment.catalogue.api import actions, cohorts, history, programmes, sessions
from services.enrolment.catalogue.api import codes as catalogue_codes
from services.enrolment.catalogue.commands.reactions import Reactions
from services.enrolment.people.api import codes as people_codes
from services.enrolment.people.api import holders, learners, names
from services.enrolment.people.commands.contacts import contacts
from services.enrolment.places.api import codes as places_codes
from services.enrolment.places.api import enrolments, joining, pages, standings, waiting_lists
from services.enrolment.places.api.actions import entering
from services.enrolment.places.commands.enrolments import end_places
from services.enrolment.places.commands.waiting_lists import follow_cohort, follow_late_entry
from services.enrolment.reporting.api import organisations, reach
from services.enrolment.reporting.workers import snapshots
from services.enrolment.settings import load
from shared.contracts.enrolment import PUBLISHED
from shared.service import Service
from shared.web import codes
from shared.workers import Worker

REACTIONS = Reactions(
    late_entry_changed=follow_late_entry,
    cohort_changed=follow_cohort,
    cohort_cancelled=end_places,
    session_added=follow_sessions,
    session_cancelled=follow_fewer_sessions,
)
"""What follows from a change of the catalogue, in its transaction."""

ABOVE = actions.ActionsAbove(entering=entering, take_register=registers.post_register)
"""What places and registers let a caller do to a cohort and a session."""

CODES = codes.router((*people_codes.LISTS, *catalogue_codes.LISTS, *places_codes.LISTS, *attendance_codes.LISTS))

service = Service(
    name="enrolment",
    title="Enrolment",
    description="Programmes, cohorts and sessions; places, waiting lists and registers; the reach of it all.",
    routers=(
        programmes.router,
        cohorts.router,
        sessions.router,
        actions.router,
        history.router,
        joining.router,
        names.router,
        holders.router,
        learners.router,
        enrolments.router,
        standings.router,
        waiting_lists.router,
        own_sessions.router,
        registers.router,
        reach.router,
        organisations.router,
        pages.router,
        CODES,
    ),
    tags={
        "programmes": "What the academy offers.",
        "cohorts": "Runs of a programme, each with places and a time to enrol.",
        "sessions": "The meetings of a cohort, with the links to join and to watch.",
        "learners": "Who may enrol, and how they are reached.",
        "enrolments": "Places, waiting lists and withdrawals.",
        "registers": "Who was there.",
        "reports": "The academy's reach in figures.",
    },
    settings=load,
    announces=PUBLISHED,
    workers=(Worker("published_reach", every=timedelta(seconds=30), run=snapshots.publish),),
    contacts=contacts,
    provides={Reactions: REACTIONS, actions.ActionsAbove: ABOVE},
)
