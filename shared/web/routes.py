"""What a route says of itself: in a sentence what it does, and who may call it."""

import re

from fastapi.routing import APIRoute

from shared.web.principal import Allowed

_STOP = re.compile(r"(?<=\.)\s")


def sentence(route: APIRoute) -> str:
    """The first of its docstring, on one line and without its full stop."""
    first = _STOP.split(route.description, maxsplit=1)[0]
    return " ".join(first.split()).removesuffix(".")


def callers(route: APIRoute) -> list[str]:
    """Each rule it has about its callers; none where anybody may call."""
    return [str(d.call) for d in route.dependant.dependencies if isinstance(d.call, Allowed)]
