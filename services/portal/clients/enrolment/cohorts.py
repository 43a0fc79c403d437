"""Cohorts: a programme at some dates, with places."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Edition, Page, WithActions
from services.portal.clients.enrolment.changes import Change

_PLACE = "/enrolment/v1/cohorts"


class Cohort(WithActions):
    """A cohort. Its numbers are there for who plans or runs it; everybody else is told in a word how full it is."""

    cohort_id: UUID
    programme_code: str
    title: str
    availability: str
    seats: int | None = None
    places: int | None = None
    places_taken: int | None = None
    free: int | None = None
    waiting: int | None = None
    licences: int | None = None
    opens_at: datetime
    closes_at: datetime
    withdrawal_cutoff_days: int
    sessions: int
    first_session_at: datetime | None = None
    promotes_until: datetime | None = None
    cancelled_at: datetime | None = None
    cancellation_reason: str | None = None

    @property
    def counted(self) -> bool:
        """Whether its numbers are there."""
        return self.places is not None


async def page(services: Api, **query: Any) -> Page[Cohort]:
    """A part of the list; of the query what the API knows."""
    return await services.get(Page[Cohort], _PLACE, **query)


async def one(services: Api, cohort_id: UUID) -> Cohort:
    """One of them."""
    return (await edition(services, cohort_id)).record


async def edition(services: Api, cohort_id: UUID) -> Edition[Cohort]:
    """One of them, to be edited."""
    return await services.edition(Cohort, f"{_PLACE}/{cohort_id}")


async def history(services: Api, cohort_id: UUID, **query: Any) -> Page[Change]:
    """What was changed of it, the last first."""
    return await services.get(Page[Change], f"{_PLACE}/{cohort_id}/history", **query)


async def open_one(services: Api, body: Mapping[str, Any], *, key: str) -> Cohort:
    """Make a new one."""
    return await services.post(Cohort, _PLACE, body, key=key)


async def edit(services: Api, cohort_id: UUID, body: Mapping[str, Any], *, etag: str) -> Cohort:
    """Change the one that was read under that ETag."""
    return await services.put(Cohort, f"{_PLACE}/{cohort_id}", body, etag=etag)


async def cancel(services: Api, cohort_id: UUID, reason: str, *, key: str) -> Cohort:
    """Call it off; whoever has a place or waits is told."""
    return await services.post(Cohort, f"{_PLACE}/{cohort_id}/cancellation", {"reason": reason}, key=key)
