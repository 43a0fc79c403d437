"""A person's own places and waits, of all cohorts."""

from datetime import date, datetime
from uuid import UUID

from services.portal.clients.api import Api, Page, View
from shared.london import day_of

_MOST = 100


class Place(View):
    """A place, or a wait with its rank, and what it is in."""

    enrolment_id: UUID
    cohort_id: UUID
    programme_code: str
    cohort_title: str
    state: str
    enrolled_at: datetime | None = None
    withdrawn_at: datetime | None = None
    late: bool | None = None
    completed_at: datetime | None = None
    first_session_at: datetime | None = None
    in_time_until: date | None = None
    rank: int | None = None
    allowed_actions: frozenset[str] = frozenset()

    @property
    def waits(self) -> bool:
        """Whether it is a wait."""
        return self.state == "waitlisted"

    @property
    def held(self) -> bool:
        """Whether it is a place, and was not given up."""
        return not self.waits and self.withdrawn_at is None

    def late_at(self, now: datetime) -> bool:
        """Whether it is given up late at that moment; a wait never is."""
        return not self.waits and self.in_time_until is not None and day_of(now) > self.in_time_until

    def may(self, action: str) -> bool:
        """Whether the person may do this to it now."""
        return action in self.allowed_actions


async def of_person(services: Api, person_id: UUID) -> list[Place]:
    """Theirs, in the order in which they asked; more than a hundred nobody has."""
    page = await services.get(Page[Place], f"/enrolment/v1/learners/{person_id}/enrolments", limit=_MOST)
    return page.items
