"""Notifications, put together."""

from datetime import timedelta

from services.notifications.calendars import subscribers as calendar_events
from services.notifications.channels.api import calendars
from services.notifications.channels.store import templates
from services.notifications.channels.workers.senders import Sender
from services.notifications.contacts import subscribers as contact_events
from services.notifications.contacts.api import contacts, pages
from services.notifications.messages import subscribers as message_events
from services.notifications.messages.api import codes as message_codes
from services.notifications.messages.api import messages
from services.notifications.messages.workers import recordings
from services.notifications.reporting.api import caused_messages, message_counts
from services.notifications.settings import load
from shared.contracts.notifications import PUBLISHED
from shared.messaging.inbox import collect
from shared.service import Service
from shared.web import codes
from shared.workers import Worker

CODES = codes.router(message_codes.LISTS)

service = Service(
    name="notifications",
    title="Notifications",
    description="Tells people what happens with their places, recordings, pools and invitations.",
    routers=(
        messages.router,
        calendars.router,
        message_counts.router,
        contacts.router,
        caused_messages.router,
        pages.router,
        CODES,
    ),
    tags={
        "messages": "What was sent to whom, and why or why not.",
        "calendars": "What people's calendars hold.",
        "contacts": "Where a person's messages go.",
        "reports": "Messages in figures.",
    },
    handlers=collect(contact_events, message_events, calendar_events),
    announces=PUBLISHED,
    workers=(
        Worker("sender", every=timedelta(seconds=0.2), run=Sender(templates.load()).send_due),
        Worker("recordings", every=timedelta(hours=1), run=recordings.give_up),
    ),
    settings=load,
)
