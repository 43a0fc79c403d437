"""The routes of a service with the access rule each one states."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from shared.service import Service
from shared.web.principal import Allowed, Scope

PROBES = frozenset({"/livez", "/readyz", "/metrics", "/_ping", "/_status", "/docs"})


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, the dependencies in the order they are asked for, and who may call it."""

    method: str
    path: str
    parameters: tuple[str, ...]
    rules: tuple[Allowed, ...]

    @property
    def scopes(self) -> dict[str, Scope]:
        """Role → scope, of the route's one rule."""
        return self.rules[0].scopes

    def url(self, **known: str) -> str:
        """The path with its parameters filled: those known, and ids nobody has."""
        path = self.path
        for name in self.parameters:
            path = path.replace(f"{{{name}}}", known.get(name, str(uuid4())))
        return path


def routes_of(service: Service, *more: BaseRoute) -> list[Route]:
    """Every route of the service's API."""
    found = [r for router in service.routers for r in router.routes] + list(more)
    return [route for r in found if isinstance(r, APIRoute) and is_api(r) for route in _routes(r)]


def is_api(route: APIRoute) -> bool:
    """Whether a token says who calls: no probe, and no page that a signed link opens."""
    return route.path not in PROBES and "pages" not in route.tags


def _routes(route: APIRoute) -> Iterator[Route]:
    parameters = tuple(p.name for p in route.dependant.path_params)
    rules = tuple(_rules(route.dependant))
    for method in sorted(route.methods or ()):
        yield Route(method, route.path, parameters, rules)


def _rules(dependant: Dependant) -> Iterator[Allowed]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Allowed):
            yield dependency.call


def asked_first(route: APIRoute) -> object:
    """The dependency that is solved first: it must be the access rule."""
    return route.dependant.dependencies[0].call if route.dependant.dependencies else None
