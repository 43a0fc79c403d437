"""Who holds a place, and who waits for one."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View, WithActions, every

_PLACE = "/enrolment/v1"


_CANCELLED = "cohort_cancelled"


class Enrolment(WithActions):
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
    reason: str | None = None
    completed_at: datetime | None = None
    name: str | None = None
    system: str | None = None
    organisation: str | None = None
    rank: int | None = None

    @property
    def given_up(self) -> str | None:
        """In words: in time, late, that it was a wait, or that the cohort was cancelled; None where it was not."""
        if self.withdrawn_at is None:
            return None
        if self.reason == _CANCELLED:
            return "the cohort was cancelled"
        return "left the waiting list" if self.enrolled_at is None else "late" if self.late else "in time"


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
    return await every(partial(of_cohort, services, cohort_id))


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
