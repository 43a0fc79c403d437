"""From page to page of a list, its filters kept: a service tells by a cursor where the next one begins."""

from dataclasses import dataclass

from starlette.datastructures import URL, QueryParams

CURSOR = "after"


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses of other pages of the list; `first` none on the first one, `next` none on the last."""

    first: str | None
    next: str | None


def pages(here: URL, next_cursor: str | None) -> Pages:
    """Seen from the page at that address; `next_cursor` is the service's `next`."""
    first = _own(here.remove_query_params(CURSOR)) if CURSOR in QueryParams(here.query) else None
    return Pages(first, _own(here.include_query_params(**{CURSOR: next_cursor})) if next_cursor else None)


def as_file(here: URL) -> str:
    """The address of the list's file: all of it, its filters kept."""
    return _own(here.remove_query_params(CURSOR).replace(path=f"{here.path}.csv"))


def _own(address: URL) -> str:
    """Without its host: a page leads to its own site only."""
    return f"{address.path}?{address.query}" if address.query else address.path
