"""Writes each service's routes into its README: `python -m academy.routes services`, with `--check` only compares.

A route's sentence is the first of its docstring, who may call it is what the route itself states.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from fastapi.routing import APIRoute

from academy.services import SERVICES
from shared.generated import write_or_check
from shared.service import Service
from shared.web.routes import callers, sentence

BEGIN, END = "<!-- routes: written by `make docs` -->", "<!-- end of routes -->"
_HEAD = ("| | route | what it does | who may call it |", "|---|---|---|---|")
_OPERATED = (
    "| {tag} | `/v1/operations/…` | How far events have come (`delivery`), what is stuck, and how it is freed:"
    " [runbooks](../../docs/runbooks/README.md) | ops; of `delivery` other systems too |"
)
_LINKED = "whoever has the signed link, without a login"


def table(service: Service) -> str:
    """Its routes as a Markdown table, by tag in the order of its routers; last what ops ask of every service."""
    groups: dict[str, list[APIRoute]] = {}
    for route in (route for router in service.routers for route in router.routes):
        if isinstance(route, APIRoute):
            groups.setdefault(str(route.tags[0]), []).append(route)
    own = groups.pop("operations", [])
    rows = [row for tag, routes in groups.items() for row in _rows(tag, routes)]
    return "\n".join((*_HEAD, *rows, *_rows("operations", own), _OPERATED.format(tag="" if own else "operations")))


def _rows(tag: str, routes: list[APIRoute]) -> Iterator[str]:
    lines = [(method, route) for route in routes for method in sorted(route.methods or ())]
    for number, (method, route) in enumerate(lines):
        shown = "" if number else tag
        yield f"| {shown} | `{method} {route.path}` | {_cell(sentence(route))} | {_callers(route)} |"


def _callers(route: APIRoute) -> str:
    return "; ".join(callers(route)) or _LINKED


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def written(name: str, readme: str) -> str:
    """The README with the routes as they are; ValueError where the marks are missing."""
    service: Service = import_module(f"services.{name}.app").service
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the README of {name} says nowhere where its routes stand: {BEGIN} … {END}")
    return f"{before}{begin}\n{table(service)}\n{end}{after}"


def _readmes(folder: Path) -> dict[str, str]:
    paths = {name: f"{name}/README.md" for name in SERVICES}
    return {path: written(name, (folder / path).read_text()) for name, path in paths.items()}


def main() -> int:
    """Exit 0 written or current, 1 out of date."""
    return write_or_check("routes", __doc__ or "", _readmes)


if __name__ == "__main__":
    sys.exit(main())
