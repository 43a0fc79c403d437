"""Cursor paging: `after` is the key of the last item of the page before, `limit` at most 100."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeAlias, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from shared import text
from shared.errors import Invalid, Malformed
from shared.fields import IN_DIGITS, Flag, words
from shared.orders import Order
from shared.web.refusals import refuses

T = TypeVar("T")
LIMIT = 100
_DIGITS = 9


class CursorUnusable(Malformed):
    """`after` is not a cursor this service gave."""

    code = "cursor_unusable"


class Page(BaseModel, Generic[T]):
    """Some items, and the `after` of the next page; None on the last one."""

    items: list[T] = Field(description="At most `limit` of them.")
    next: str | None = Field(description="Send it as `after` for the next page; null on the last.", examples=[None])


class CountedPage(Page[T], Generic[T]):
    """A page that can tell how much there is in all."""

    count: int | None = Field(
        None, description="How many there are on all pages; null unless asked for by `count`.", examples=[None]
    )


class Pager:
    """The page a caller asks for. Query `limit + 1` rows after `after`, then `page` them."""

    def __init__(self, request: Request, response: Response, after: str | None, limit: int) -> None:
        self._request = request
        self._response = response
        self.after = after
        self.limit = limit

    @property
    def fetch(self) -> int:
        """How many rows to ask the database for: one more than the page, to know of a next one."""
        return self.limit + 1

    def after_id(self) -> UUID | None:
        """`after` as the id it was; CursorUnusable when it never was one."""
        try:
            return UUID(self.after) if self.after else None
        except ValueError as error:
            raise CursorUnusable("send `next` of the page before as `after`, unchanged") from error

    def after_code(self) -> str | None:
        """`after` as the code it was; CursorUnusable when it never was one."""
        try:
            return text.code(self.after) if self.after else None
        except Invalid as error:
            raise CursorUnusable("send `next` of the page before as `after`, unchanged") from error

    def after_number(self) -> int:
        """`after` as the number it was, 0 before the first; CursorUnusable when it never was one."""
        after = self.after or "0"
        if not (after.isascii() and after.isdecimal() and len(after) <= _DIGITS):
            raise CursorUnusable("send `next` of the page before as `after`, unchanged")
        return int(after)

    def page(self, rows: Sequence[T], key: Callable[[T], object]) -> Page[T]:
        """Cut the page and set its `Link` header (RFC 8288)."""
        items = list(rows[: self.limit])
        after = str(key(items[-1])) if len(rows) > self.limit else None
        if after is not None:
            url = self._request.url.include_query_params(after=after, limit=self.limit)
            self._response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return Page(items=items, next=after)

    def counted(self, rows: Sequence[T], key: Callable[[T], object], *, count: int | None) -> CountedPage[T]:
        """The page, with how many there are, where it was counted."""
        return CountedPage(**dict(self.page(rows, key)), count=count)


@refuses(CursorUnusable)
async def _pager(
    request: Request,
    response: Response,
    after: Annotated[Annotated[str, words(200)] | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT, description="Most items of a page."), IN_DIGITS] = 50,
) -> Pager:
    return Pager(request, response, after, limit)


Paging: TypeAlias = Annotated[Pager, Depends(_pager)]

Counting: TypeAlias = Annotated[Flag, Query(description="Whether to tell how many there are on all pages.")]
"""Asked for by whoever shows it: nobody else pays for counting."""

Ordering: TypeAlias = Annotated[Order, Query(description="Which comes first; keep it from page to page.")]
"""Chosen by whoever shows it."""
