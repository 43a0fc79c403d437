"""Each service's README shows its routes as they are, each once, with who may call it."""

import re

import pytest
from fastapi.routing import APIRoute

from academy.routes import BEGIN, END, written
from academy.services import SERVICES
from tests.support.academies import the_service
from tests.support.packages import ROOT

every_service = pytest.mark.parametrize("name", SERVICES)
_ROW = re.compile(r"^\| .*? ?\| `([A-Z]+) (/\S*)` \| (.+) \| (.+) \|$", re.MULTILINE)


def readme(name: str) -> str:
    return (ROOT / "services" / name / "README.md").read_text()


@every_service
def test_what_a_readme_says_of_routes_is_what_they_are(name: str) -> None:
    assert written(name, readme(name)) == readme(name), "run make docs"


@every_service
def test_every_route_is_shown_once_with_a_sentence_and_who_may_call_it(name: str) -> None:
    rows = [(row[1], row[2]) for row in _ROW.finditer(readme(name)) if row[3].strip() and row[4].strip()]
    routes = [
        (method, route.path)
        for router in the_service(name).routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    ]
    assert sorted(rows) == sorted(routes)


def test_what_stands_around_the_routes_is_kept_and_a_table_of_before_is_replaced() -> None:
    old = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    new = written("talent", old)
    assert new.startswith(f"before\n{BEGIN}\n|")
    assert new.endswith(f"|\n{END}\nafter\n")
    assert "old" not in new


def test_a_readme_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="talent"):
        written("talent", "nothing here")
