"""Who holds a place, and who waits for one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View

_PLACE = "/enrolment/v1"
_MOST = 100
"""Places of one answer."""


class Enrolment(View):
    """Somebody's place, or wait, in a cohort; the name is there for whoever may see the person."""

    enrolment_id: UUID
    cohort_id: UUID
    person_id: UUID
    state: str
    method: str
    asked_at: datetime
    enrolled_at: datetime | None = None
    withdrawn_at: datetime | None = None
    late: bool | None = None
    completed_at: datetime | None = None
    name: str | None = None
    system: str | None = None
    organisation: str | None = None
    rank: int | None = None
    allowed_actions: frozenset[str] = frozenset()

    def may(self, action: str) -> bool:
        """Whether the caller may do this to it now."""
        return action in self.allowed_actions


class Waiting(View):
    """A place in the queue."""

    enrolment_id: UUID
    rank: int
    rule: str


async def of_cohort(services: Api, cohort_id: UUID, **query: Any) -> Page[Enrolment]:
    """A part of the list, in the order in which they asked."""
    return await services.get(Page[Enrolment], f"{_PLACE}/cohorts/{cohort_id}/enrolments", **query)


async def everybody(services: Api, cohort_id: UUID) -> list[Enrolment]:
    """The whole list."""
    found: list[Enrolment] = []
    after: str | None = None
    while True:
        page = await of_cohort(services, cohort_id, after=after, limit=_MOST)
        found += page.items
        if page.next is None:
            return found
        after = page.next


async def enrol(services: Api, cohort_id: UUID, person_id: UUID, *, key: str) -> Enrolment:
    """Give somebody a place."""
    body = {"person_id": str(person_id)}
    return await services.post(Enrolment, f"{_PLACE}/cohorts/{cohort_id}/enrolments", body, key=key)


async def wait(services: Api, cohort_id: UUID, person_id: UUID, *, key: str) -> Waiting:
    """Put somebody on the waiting list."""
    body = {"person_id": str(person_id)}
    return await services.post(Waiting, f"{_PLACE}/cohorts/{cohort_id}/waiting-list", body, key=key)


async def withdraw(services: Api, enrolment_id: UUID, reason: str, *, key: str) -> Enrolment:
    """Give a place, or a wait, up."""
    return await services.post(Enrolment, f"{_PLACE}/enrolments/{enrolment_id}/withdrawal", {"reason": reason}, key=key)
