"""People the academy knows."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Edition, Page, View

_PLACE = "/enrolment/v1/learners"


class Found(View):
    """Somebody as a search tells of them."""

    person_id: UUID
    name: str
    email: str | None = None
    system: str
    organisation: str
    staff_group: str


async def page(services: Api, **query: Any) -> Page[Found]:
    """A part of the list, by name."""
    return await services.get(Page[Found], _PLACE, **query)


class Learner(View):
    """Somebody, as the academy knows them."""

    person_id: UUID
    name: str
    email: str
    phone: str | None = None
    system: str
    organisation: str
    staff_group: str
    profession: str
    band: str
    gender: str
    ethnic_category: str


async def edition(services: Api, person_id: UUID) -> Edition[Learner]:
    """One of them, to be edited."""
    return await services.edition(Learner, f"{_PLACE}/{person_id}")


async def one(services: Api, person_id: UUID) -> Learner:
    """One of them."""
    return (await edition(services, person_id)).record


async def edit(services: Api, person_id: UUID, body: Mapping[str, Any], *, etag: str) -> Learner:
    """Change the record that was read under that ETag."""
    return await services.put(Learner, f"{_PLACE}/{person_id}", body, etag=etag)


async def add(services: Api, body: Mapping[str, Any], *, key: str) -> Learner:
    """Make the academy know somebody; their id is its own."""
    return await services.post(Learner, _PLACE, body, key=key)


class Called(View):
    """What somebody is called."""

    person_id: UUID
    name: str


async def names(services: Api, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Of a hundred people at most, those whom the caller may see."""
    asked = [str(person_id) for person_id in person_ids]
    if not asked:
        return {}
    found = await services.get(Page[Called], f"{_PLACE}/names", id=asked)
    return {one.person_id: one.name for one in found.items}
