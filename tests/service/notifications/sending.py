"""What is to be sent, and what became of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.service.notifications.announcements import (
    cohort_opened,
    contact,
    enrolled,
    programme_published,
    session_scheduled,
)
from tests.support.databases import execute, rows
from tests.support.services import ServiceUnderTest

AMARAS = contact().email
OFFER = (programme_published(), cohort_opened(), session_scheduled())
LATER_DATE = session_scheduled(uuid4(), starts_at=datetime(2020, 10, 6, 9, tzinfo=UTC))


def many(people: int) -> list[Any]:
    """People with contact details and a place each."""
    ids = [uuid4() for _ in range(people)]
    return [event for person_id in ids for event in (contact(person_id), enrolled(person_id))]


async def states(notifications: ServiceUnderTest) -> dict[str, int]:
    """How many messages stand in which state."""
    return dict(await rows(notifications.db, "select state, count(*) from message group by state"))


async def failures(notifications: ServiceUnderTest) -> list[Any]:
    """Person, state and code of whatever could not be sent."""
    return await rows(
        notifications.db, "select person_id, state, failure_code from message where failure_code is not null"
    )


async def retry_now(notifications: ServiceUnderTest) -> None:
    """Let the pause of every message be over."""
    await execute(notifications.db, "update message set retry_at = clock_timestamp()")
