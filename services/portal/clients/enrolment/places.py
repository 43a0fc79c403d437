"""A person's own places and waits, of all cohorts."""

from datetime import date, datetime
from uuid import UUID

from services.portal.clients.api import MOST, Api, Page, WithActions
from shared.errors import NotFound
from shared.london import day_of


class PlaceNotFound(NotFound):
    """They have no such place."""

    code = "place_not_found"


class Place(WithActions):
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

    @property
    def waits(self) -> bool:
        """Whether it is a wait."""
        return self.state == "waitlisted"

    @property
    def was_wait(self) -> bool:
        """Whether it is a wait, or was one until it ended."""
        return self.enrolled_at is None

    @property
    def held(self) -> bool:
        """Whether it is a place, and was not given up."""
        return not self.waits and self.withdrawn_at is None

    def late_at(self, now: datetime) -> bool:
        """Whether it is given up late at that moment; a wait never is."""
        return not self.waits and self.in_time_until is not None and day_of(now) > self.in_time_until


async def of_person(services: Api, person_id: UUID) -> list[Place]:
    """Theirs, in the order in which they asked; more than a hundred nobody has."""
    page = await services.get(Page[Place], f"/enrolment/v1/learners/{person_id}/enrolments", limit=MOST)
    return page.items


async def one(services: Api, person_id: UUID, enrolment_id: UUID) -> Place:
    """The one of theirs with that id."""
    for place in await of_person(services, person_id):
        if place.enrolment_id == enrolment_id:
            return place
    raise PlaceNotFound("this person has no such place")
