"""A request for a page: who asks, the services as they may use them, and how a page is shown to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, cast

import httpx
from fastapi import Depends, Request, Response

from services.portal.caller import Caller
from services.portal.clients.api import Api, Services
from services.portal.clients.codes import CodeLists
from services.portal.frame.forms import Form
from services.portal.frame.page import headers, page
from services.portal.frame.pagination import CURSOR, Pages, as_file, pages
from services.portal.pages.sending import code_of, forget
from services.portal.signing_in.callers import SignedIn
from shared.errors import Forbidden
from shared.web.tables import Entry, csv_file


class NotForRole(Forbidden):
    """A form that this role's services would refuse."""

    code = "not_for_role"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request; `caller` is None where anybody may look."""

    request: Request
    caller: Caller | None
    services: Api

    def page(self, template: str, *, form: Form | None = None, **values: Any) -> Response:
        """The page; one whose form is wrong says so to programs too. What was `done` it says once."""
        answer = page(self.request, template, code=code_of(form), form=form, **values)
        if values.get("done"):
            forget(answer)
        return answer

    def file(self, name: str, header: Sequence[str], lines: Iterable[Sequence[Entry]]) -> Response:
        """A list for spreadsheets (CSV); it is kept nowhere that a page is not."""
        file = csv_file(name, header, lines)
        file.headers.update(headers(self.caller))
        return file

    def forwarded(self, file: httpx.Response) -> Response:
        """A file as a service wrote it."""
        told = {name: file.headers[name] for name in ("content-type", "content-disposition")}
        return Response(file.content, headers={**headers(self.caller), **told})

    @property
    def as_file(self) -> str:
        """The address of that file, of the list that this page shows a part of."""
        return as_file(self.request.url)

    def pages(self, next_cursor: str | None) -> Pages:
        """Other pages of the list that this one shows."""
        return pages(self.request.url, next_cursor)

    def needs(self, roles: frozenset[str]) -> None:
        """NotForRole before somebody fills in what a service would refuse them; what is done the services decide."""
        if not self.is_of(roles):
            raise NotForRole("this page is for other roles")

    def is_of(self, roles: frozenset[str]) -> bool:
        """Whether whoever asks has one of these roles, as the menu asks it."""
        return self.caller is not None and self.caller.has_one_of(roles)

    def asked(self, *names: str) -> dict[str, str]:
        """What was chosen of a list's filters: what stands in the address, and is not empty."""
        query = self.request.query_params
        return {name: query[name].strip() for name in names if query.get(name, "").strip()}

    @property
    def after(self) -> str | None:
        """Where in a list the page begins."""
        return self.request.query_params.get(CURSOR)

    async def words(self, name: str, *, of: str = "enrolment") -> Mapping[str, str]:
        """What each code of that list of the service stands for, also those no longer in force."""
        return await self._lists.words(self.services, name, of=of)

    async def choices(self, name: str) -> list[tuple[str, str]]:
        """Those of enrolment that are in force, to choose from."""
        codes = await self._lists.all(self.services, name, of="enrolment")
        return [(code.code, code.words) for code in codes if not code.valid_to]

    @property
    def _lists(self) -> CodeLists:
        return cast("CodeLists", self.request.app.state.codes)


async def _of_somebody(request: Request, caller: SignedIn, services: Services) -> Visit:
    return Visit(request, caller, services)


async def _of_anybody(request: Request, services: Services) -> Visit:
    return Visit(request, request.state.caller, services)


Somebody: TypeAlias = Annotated[Visit, Depends(_of_somebody)]
"""The visit of somebody who is signed in; nobody else gets as far."""

Anybody: TypeAlias = Annotated[Visit, Depends(_of_anybody)]
"""Whoever comes."""
