"""The code lists of a service, for whoever fills in a record or shows one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import Field

from shared import fields
from shared.codes import Code
from shared.errors import NotFound
from shared.london import day_of
from shared.postgres.codes import Read
from shared.postgres.database import Transaction
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.paging import CursorUnusable, Page, Paging
from shared.web.principal import PUBLISHED, ROLES, allowed
from shared.web.refusals import refuses
from shared.web.views import View

_ANYONE = allowed(**dict.fromkeys(ROLES, PUBLISHED))
"""What codes there are is no secret to anyone with a login."""

_KEPT_SECONDS = 3_600


class CodeListNotFound(NotFound):
    """The service has no such list."""

    code = "code_list_not_found"


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list that a service has: its name in paths, what its codes are for, and where they are read."""

    name: str
    about: str
    read: Read


def fixed(name: str, about: str, words: Mapping[str, str]) -> CodeList:
    """A list that changes with the API alone."""
    codes = [Code(code, meaning) for code, meaning in words.items()]

    async def read(tx: Transaction, name: str, day: date) -> Sequence[Code]:
        del tx, name, day
        return codes

    return CodeList(name, about, read)


class CodeListView(View):
    """A list of codes."""

    name: str = Field(description="In paths.", examples=["bands"])
    about: str = Field(description="What its codes are for.", examples=["Pay bands of the NHS."])


class CodeView(View):
    """A code, in force from its first day until the day before `valid_to`."""

    code: str = Field(description="What a record says.", examples=["8a"])
    words: str = Field(description="What people read.", examples=["Band 8a"])
    valid_from: date | None = Field(description="Null where it is as old as the API.")
    valid_to: date | None = Field(description="Null where no end is known.", examples=[None])
    successors: tuple[str, ...] = Field(description="What takes its place once it has ended.", examples=[()])


def router(lists: Sequence[CodeList]) -> APIRouter:
    """The routes by which a service tells its lists."""
    router = APIRouter(prefix="/v1/codes", tags=["codes"], dependencies=[_ANYONE])
    by_name = {listed.name: listed for listed in lists}

    @router.get("", name="list_code_lists")
    async def list_code_lists() -> Page[CodeListView]:
        """The code lists there are."""
        return Page(items=[CodeListView.model_validate(by_name[name]) for name in sorted(by_name)], next=None)

    @router.get(
        "/{code_list}",
        name="list_codes",
        response_model=Page[CodeView],
        responses={304: {"description": "The answer is the one of that ETag."}},
    )
    @refuses(CodeListNotFound, CursorUnusable)
    async def list_codes(
        *,
        code_list: Annotated[fields.Code, Path(description="A list's name.", examples=[min(by_name)])],
        db: Db,
        now: Now,
        paging: Paging,
        response: Response,
        on: Annotated[fields.Day | None, Query(description="The day; today, unless told.")] = None,
        if_none_match: Annotated[
            str | None,
            Header(alias="If-None-Match", max_length=16_384, description="The ETag last read: 304 while it holds."),
        ] = None,
    ) -> Page[CodeView] | Response:
        """The codes of a list that are in force on a day. An answer may be kept for an hour."""
        if code_list not in by_name:
            raise CodeListNotFound(f"there is no such list; there are: {', '.join(sorted(by_name))}")
        codes = await db.read(by_name[code_list].read, code_list, on or day_of(now))
        views = [CodeView.model_validate(code) for code in _behind(codes, paging.after)]
        return _kept(response, paging.page(views, key=lambda view: view.code), if_none_match)

    return router


def _behind(codes: Sequence[Code], after: str | None) -> Sequence[Code]:
    """The codes that follow one of them."""
    if after is None:
        return codes
    found = [number for number, code in enumerate(codes, start=1) if code.code == after]
    if not found:
        raise CursorUnusable("send `next` of the page before as `after`, unchanged")
    return codes[found[0] :]


def _kept(response: Response, page: Page[CodeView], if_none_match: str | None) -> Page[CodeView] | Response:
    """The page, or that it is what the caller has kept."""
    version = hashlib.sha256(page.model_dump_json().encode()).hexdigest()[:16]
    response.headers["ETag"] = f'"{version}"'
    response.headers["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    if etag.is_among(version, if_none_match):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=response.headers)
    return page
