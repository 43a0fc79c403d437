"""Writes each service's routes into its README: `python -m academy.routes services`, with `--check` only compares.

A route's sentence is the first of its docstring, who may call it is what the route itself states.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import getdoc
from pathlib import Path

from fastapi.routing import APIRoute

from academy.services import SERVICES
from shared.service import Service
from shared.web.principal import Allowed

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
        yield f"| {shown} | `{method} {route.path}` | {_sentence(route)} | {_callers(route)} |"


def _sentence(route: APIRoute) -> str:
    first = re.split(r"(?<=\.)\s", getdoc(route.endpoint) or "", maxsplit=1)[0]
    return " ".join(first.split()).removesuffix(".").replace("|", r"\|")


def _callers(route: APIRoute) -> str:
    rules = [d.call for d in route.dependant.dependencies if isinstance(d.call, Allowed)]
    return "; ".join(map(str, rules)) or _LINKED


def written(name: str, readme: str) -> str:
    """The README with the routes as they are; ValueError where the marks are missing."""
    service: Service = import_module(f"services.{name}.app").service
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the README of {name} says nowhere where its routes stand: {BEGIN} … {END}")
    return f"{before}{begin}\n{table(service)}\n{end}{after}"


def main() -> int:
    """Exit 0 written or current, 1 out of date."""
    parser = argparse.ArgumentParser(prog="routes", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    readmes = {name: chosen.folder / name / "README.md" for name in SERVICES}
    current = {path: written(name, path.read_text()) for name, path in readmes.items()}
    stale = [path for path, text in current.items() if path.read_text() != text]
    if chosen.check:
        sys.stderr.writelines(f"{path} is out of date: run make docs\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        path.write_text(current[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
