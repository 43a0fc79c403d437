"""A request for a page: who asks, the services as they may use them, and how a page is shown to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, cast

from fastapi import Depends, Request, Response

from services.portal.caller import Caller
from services.portal.clients.api import Api, Services
from services.portal.clients.enrolment.codes import CodeLists
from services.portal.frame.forms import Form
from services.portal.frame.page import page
from services.portal.frame.pagination import CURSOR, Pages, pages
from services.portal.pages.sending import code_of
from services.portal.signing_in.callers import SignedIn


@dataclass(frozen=True, slots=True)
class Visit:
    """One request; `caller` is None where anybody may look."""

    request: Request
    caller: Caller | None
    services: Api

    def page(self, template: str, *, form: Form | None = None, **values: Any) -> Response:
        """The page; one whose form is wrong says so to programs too."""
        return page(self.request, template, code=code_of(form), form=form, **values)

    def pages(self, next_cursor: str | None) -> Pages:
        """Other pages of the list that this one shows."""
        return pages(self.request.url, next_cursor)

    def asked(self, *names: str) -> dict[str, str]:
        """What was chosen of a list's filters: what stands in the address, and is not empty."""
        query = self.request.query_params
        return {name: query[name].strip() for name in names if query.get(name, "").strip()}

    @property
    def after(self) -> str | None:
        """Where in a list the page begins."""
        return self.request.query_params.get(CURSOR)

    async def words(self, name: str) -> Mapping[str, str]:
        """What each code of that list of enrolment stands for, also those no longer in force."""
        return await self._lists.words(self.services, name)

    async def choices(self, name: str) -> list[tuple[str, str]]:
        """Those in force, to choose from."""
        return [(code.code, code.words) for code in await self._lists.all(self.services, name) if not code.valid_to]

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
