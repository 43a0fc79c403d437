"""What FastAPI does for a request before and beside the route: no thread, and no taking apart of signatures."""

from collections.abc import Iterator
from inspect import iscoroutinefunction
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tests.support.academies import app_of, the_service
from tests.support.packages import SERVICES


def calls(dependant: Dependant) -> Iterator[Any]:
    """The route and all that it depends on."""
    yield dependant.call
    for below in dependant.dependencies:
        yield from calls(below)


def is_async(call: Any) -> bool:
    return iscoroutinefunction(call) or iscoroutinefunction(getattr(call, "__call__", None))  # noqa: B004 as FastAPI does


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_a_route_depends_on_takes_a_thread(name: str) -> None:
    service = the_service(name)
    routers = (*service.routers, *service.operated_by())
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) > len(routers)
    assert {call for route in routes for call in calls(route.dependant) if not is_async(call)} == set()


@pytest.mark.parametrize("name", SERVICES)
def test_no_dependency_is_taken_apart_anew_for_each_request(name: str) -> None:
    """As FastAPI does with every one of them, while a single one is overridden."""
    assert app_of(name).dependency_overrides == {}
