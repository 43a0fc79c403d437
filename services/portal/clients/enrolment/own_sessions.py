"""A person's own sessions, of all their places and waits."""

from datetime import datetime
from uuid import UUID

from services.portal.clients.api import MOST, Api, Page, View


class OwnSession(View):
    """A session with the place or the wait it belongs to, and whether the person was there."""

    session_id: UUID
    enrolment_id: UUID
    cohort_title: str
    title: str
    starts_at: datetime
    ends_at: datetime
    join_ref: str | None = None
    recording_ref: str | None = None
    cancelled_at: datetime | None = None
    on_the_day: str | None = None
    recording: bool = False

    @property
    def attended(self) -> str | None:
        """What its register says last of the person; None while it says nothing."""
        return "recording" if self.recording and self.on_the_day in {None, "missed"} else self.on_the_day


async def to_come(services: Api, person_id: UUID) -> list[OwnSession]:
    """What takes place and has not ended, the next first; the next hundred."""
    return (await _page(services, person_id, to_come="true", limit=MOST)).items


async def recorded(services: Api, person_id: UUID, *, after: str | None, limit: int) -> Page[OwnSession]:
    """A part of what they can watch, the newest first."""
    return await _page(services, person_id, recorded="true", order="newest", after=after, limit=limit)


async def _page(services: Api, person_id: UUID, **query: str | int | None) -> Page[OwnSession]:
    return await services.get(Page[OwnSession], f"/enrolment/v1/learners/{person_id}/sessions", **query)
