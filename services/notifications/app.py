"""Notifications, put together."""

from datetime import timedelta

from services.notifications import events
from services.notifications.api import contacts, messages, operations, pages, reports
from services.notifications.settings import load
from services.notifications.store import templates
from services.notifications.subscribers import coaching, enrolment, talent
from services.notifications.workers import recordings
from services.notifications.workers.senders import Sender
from shared.service import Service
from shared.workers import Worker

service = Service(
    name="notifications",
    title="Notifications",
    description="Tells people what happens with their places, recordings, pools and invitations.",
    routers=(messages.router, reports.router, contacts.router, operations.router, pages.router),
    handlers=(
        enrolment.keep_learner_contact,
        enrolment.keep_title_of_programme,
        enrolment.keep_title_of_cohort,
        enrolment.keep_dates,
        enrolment.keep_recording_link,
        enrolment.confirm_place,
        enrolment.confirm_waiting,
        enrolment.confirm_withdrawal,
        enrolment.promise_recording,
        enrolment.note_attendance,
        enrolment.note_watched,
        coaching.keep_practitioner_contact,
        coaching.invite,
        talent.keep_member_contact,
        talent.tell_member,
    ),
    announces=events.ANNOUNCES,
    workers=(
        Worker("sender", every=timedelta(seconds=0.2), run=Sender(templates.load()).send_due),
        Worker("recordings", every=timedelta(hours=1), run=recordings.give_up),
    ),
    settings=load,
)
