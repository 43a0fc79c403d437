"""People the academy knows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from services.portal.clients.api import Api, Edition, Fault, Page, View
from shared.fields import Email

_PLACE = "/enrolment/v1/learners"
_ADDRESS = TypeAdapter[str](Email)


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


class Named(View):
    """What somebody is called."""

    person_id: UUID
    name: str


async def names(services: Api, person_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Of up to a hundred people; whom the caller may not see is left out."""
    ids = sorted({str(person_id) for person_id in person_ids})
    if not ids:
        return {}
    found = await services.get(Page[Named], f"{_PLACE}/names", id=ids)
    return {named.person_id: named.name for named in found.items}


class Holder(View):
    """Who is known under an address."""

    person_id: UUID
    name: str
    email: str
    organisation: str


async def holders(services: Api, emails: Iterable[str]) -> Sequence[Sequence[Holder]]:
    """Of each of up to a hundred addresses; what is no address nobody has."""
    asked = [_address(email) for email in emails]
    known = sorted({address for address in asked if address})
    found = (await services.get(Page[Holder], f"{_PLACE}/holders", email=known)).items if known else []
    return [[one for one in found if address and one.email.casefold() == address.casefold()] for address in asked]


def _address(text: str) -> str | None:
    """As enrolment keeps it."""
    try:
        return _ADDRESS.validate_python(text)
    except ValidationError:
        return None


class Learner(View):
    """Somebody, as the academy knows them; gender and ethnic category are there for who may read them."""

    person_id: UUID
    name: str
    email: str
    phone: str | None = None
    system: str
    organisation: str
    staff_group: str
    profession: str
    band: str
    gender: str | None = None
    ethnic_category: str | None = None


async def edition(services: Api, person_id: UUID) -> Edition[Learner]:
    """One of them, to be edited."""
    return await services.edition(Learner, f"{_PLACE}/{person_id}")


async def one(services: Api, person_id: UUID) -> Learner:
    """One of them."""
    return (await edition(services, person_id)).record


async def edit(services: Api, person_id: UUID, body: Mapping[str, Any], *, etag: str) -> Learner:
    """Change the record that was read under that ETag."""
    return await services.put(Learner, f"{_PLACE}/{person_id}", body, etag=etag)


async def register(services: Api, body: Mapping[str, Any], *, key: str) -> Learner:
    """Add somebody; refused where somebody is known under the e-mail."""
    return await services.post(Learner, _PLACE, body, key=key)


async def add(services: Api, person_id: UUID, body: Mapping[str, Any]) -> Learner:
    """Add somebody under that id, whoever else is known under the e-mail."""
    return await services.put(Learner, f"{_PLACE}/{person_id}", body, etag=None)


class Outcome(View):
    """What became of somebody among many."""

    person_id: UUID | None = None
    outcome: str
    message: str | None = None
    errors: Sequence[Fault] = ()


class _Outcomes(View):
    learners: list[Outcome]


async def add_all(services: Api, records: Sequence[Mapping[str, Any]], *, key: str) -> list[Outcome]:
    """Add up to a hundred, each under the id it says; each is answered by itself, in order."""
    answer = await services.post(_Outcomes, f"{_PLACE}/batch", {"learners": records}, key=key)
    return answer.learners
