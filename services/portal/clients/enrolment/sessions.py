"""The dates of a cohort."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Edition, Page, WithActions

_PLACE = "/enrolment/v1/sessions"


class Session(WithActions):
    """A date."""

    session_id: UUID
    cohort_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    join_ref: str | None = None
    recording_ref: str | None = None
    join_url: str | None = None
    recording_url: str | None = None
    held_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancellation_reason: str | None = None

    @property
    def state(self) -> str:
        """Planned, held or cancelled."""
        if self.cancelled_at:
            return "cancelled"
        return "held" if self.held_at else "planned"


async def of_cohort(services: Api, cohort_id: UUID) -> list[Session]:
    """All of a cohort, in their order."""
    return (await services.get(Page[Session], f"/enrolment/v1/cohorts/{cohort_id}/sessions")).items


async def one(services: Api, session_id: UUID) -> Session:
    """One of them."""
    return (await edition(services, session_id)).record


async def edition(services: Api, session_id: UUID) -> Edition[Session]:
    """One of them, to be edited."""
    return await services.edition(Session, f"{_PLACE}/{session_id}")


async def add(services: Api, cohort_id: UUID, body: Mapping[str, Any], *, key: str) -> Session:
    """Another date of the cohort."""
    return await services.post(Session, f"/enrolment/v1/cohorts/{cohort_id}/sessions", body, key=key)


async def edit(services: Api, session_id: UUID, body: Mapping[str, Any], *, etag: str) -> Session:
    """Change the one that was read under that ETag; calendars follow."""
    return await services.put(Session, f"{_PLACE}/{session_id}", body, etag=etag)


async def cancel(services: Api, session_id: UUID, reason: str, *, key: str) -> Session:
    """Call it off; whoever has a place is told."""
    return await services.post(Session, f"{_PLACE}/{session_id}/cancellation", {"reason": reason}, key=key)


async def publish_recording(services: Api, session_id: UUID, recording_url: str, *, key: str) -> Session:
    """Say where it can be watched; whoever missed it is told."""
    body = {"recording_url": recording_url}
    return await services.post(Session, f"{_PLACE}/{session_id}/recording", body, key=key)
