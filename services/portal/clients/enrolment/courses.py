"""Cohorts as somebody sees them who looks for a place: how full they are in a word, and no numbers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View

_PLACE = "/enrolment/v1/cohorts"


class Course(View):
    """A cohort to join."""

    cohort_id: UUID
    programme_code: str
    title: str
    availability: str
    opens_at: datetime
    closes_at: datetime
    withdrawal_cutoff_days: int
    sessions: int
    first_session_at: datetime | None = None
    promotes_until: datetime | None = None
    cancelled_at: datetime | None = None
    allowed_actions: frozenset[str] = frozenset()

    def may(self, action: str) -> bool:
        """Whether the caller may do this to it now."""
        return action in self.allowed_actions


async def page(services: Api, **query: Any) -> Page[Course]:
    """A part of the list; of the query what the API knows."""
    return await services.get(Page[Course], _PLACE, **query)


async def one(services: Api, cohort_id: UUID) -> Course:
    """One of them, and what the caller may do to it."""
    return await services.get(Course, f"{_PLACE}/{cohort_id}")
