"""The people of the replayed year, as enrolment finds them for a programme lead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from shared.web.problems import Problem

_PATIENCE_SECONDS = 2.0
_MOST = 20
_LONGEST_PAGE, _MOST_PAGES = 100, 10

T = TypeVar("T", bound=BaseModel)


class NobodyFound(Exception):
    """Why there is nobody to show, in words for the page."""


class Person(BaseModel):
    """Enough to tell people of one name apart."""

    person_id: UUID
    name: str
    system: str
    organisation: str


class _Code(BaseModel):
    code: str
    words: str


class _Codes(BaseModel):
    items: list[_Code]
    next: str | None


class Found(BaseModel):
    """The first people of that name; `next` where there are more."""

    items: list[Person]
    next: str | None

    def with_organisations(self, words: Mapping[str, str]) -> Self:
        """The same, organisations by name where there is one."""
        for person in self.items:
            person.organisation = words.get(person.organisation, person.organisation)
        return self


@dataclass(frozen=True, slots=True)
class People:
    """Asks the enrolment that runs now, with a token made for the question."""

    enrolment: Callable[[], str | None]
    token: Callable[[], str]

    async def named(self, name: str) -> Found:
        """Whose name has words that begin so."""
        found = _read(Found, await self._ask("/v1/learners", {"name": name, "limit": _MOST}))
        if not found.items:
            raise NobodyFound("Nobody of that name is known here.")
        return found.with_organisations(await self._organisations())

    async def with_id(self, person_id: UUID) -> Person:
        """The one person of that id."""
        return _read(Person, await self._ask(f"/v1/learners/{person_id}"))

    async def _organisations(self) -> Mapping[str, str]:
        """The name of each by its code; beyond so many pages of them codes are shown."""
        words: dict[str, str] = {}
        query: dict[str, str | int] = {"limit": _LONGEST_PAGE}
        for _ in range(_MOST_PAGES):
            page = _read(_Codes, await self._ask("/v1/codes/organisations", query))
            words |= {code.code: code.words for code in page.items}
            if page.next is None:
                break
            query["after"] = page.next
        return words

    async def _ask(self, path: str, query: Mapping[str, str | int] | None = None) -> httpx.Response:
        address = self.enrolment()
        if address is None:
            raise NobodyFound("Enrolment, which knows the people, does not run here.")
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE_SECONDS) as client:
                headers = {"Authorization": f"Bearer {self.token()}"}
                return await client.get(f"{address}{path}", params=query, headers=headers)
        except httpx.HTTPError as problem:
            raise _away() from problem


def _read(kind: type[T], answer: httpx.Response) -> T:
    try:
        if answer.status_code == HTTPStatus.OK:
            return kind.model_validate_json(answer.content)
        raise NobodyFound(_sentence(Problem.model_validate_json(answer.content).detail))
    except ValidationError as problem:
        raise _away() from problem


def _away() -> NobodyFound:
    return NobodyFound("Enrolment, which knows the people, does not answer just now.")


def _sentence(detail: str) -> str:
    return f"{detail[:1].upper()}{detail[1:].removesuffix('.')}."
