"""What may be asked in a query: a parameter that the route does not know is a slip, and no filter at all."""

from collections.abc import Iterator, Mapping
from typing import get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.codes import Vocabulary
from shared.errors import Malformed

_MOST, _LONGEST = 5, 40


class ParameterUnknown(Malformed):
    """The query asks for something that the route does not know; the answer names what it knows."""

    code = "parameter_unknown"


class ParameterRepeated(Malformed):
    """The query says one thing twice: only one of them would count."""

    code = "parameter_repeated"


def must_be_known(request: Request) -> None:
    """ParameterUnknown where the query has a parameter that is none of the route's.

    ParameterRepeated where it is there twice, and the route takes no list of it.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    lists = dict(_asked_by(route.dependant))
    known = {name: name for name in lists}
    unknown = sorted({name for name in request.query_params if name not in known})
    if unknown:
        raise ParameterUnknown(_in_words(unknown[:_MOST], known))
    said = {name: len(request.query_params.getlist(name)) for name in request.query_params}
    twice = sorted(name for name, times in said.items() if times > 1 and not lists[name])
    if twice:
        raise ParameterRepeated(f"send one {', one '.join(twice)}")


def _asked_by(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Of the route and all it depends on, as they are sent; and whether it is a list, sent once for each value."""
    yield from ((field.alias, get_origin(field.field_info.annotation) is list) for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from _asked_by(below)


def _in_words(unknown: list[str], known: Mapping[str, str]) -> str:
    there = f"there are: {', '.join(sorted(known))}" if known else "there are none"
    near = [code.code for name in unknown for code in Vocabulary(known).nearest(name)[:1]]
    meant = f"; did you mean {', '.join(near)}?" if near else ""
    return f"there is no parameter {', '.join(repr(name[:_LONGEST]) for name in unknown)}{meant} ({there})"
