"""Who is offered on a development machine can do something there that not everybody can."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from academy.local.personas import PERSONAS, Persona
from academy.services import SERVICES
from shared.observability.health import Health
from shared.service import Service
from shared.web.operations import operations
from shared.web.principal import PUBLISHED, ROLES
from tests.support.routes import Route, routes_of


async def no_lag() -> None:
    return None


def routes(name: str) -> list[Route]:
    service: Service = import_module(f"services.{name}.app").service
    probes_and_report = operations(name, "api", Health(), no_lag)
    return routes_of(service, *probes_and_report.routes, *(r for more in service.operated_by() for r in more.routes))


def roles_with_more_than_everybody() -> Iterator[str]:
    """Named by a route that not everybody may call, or shown more there than what is published."""
    for name in SERVICES:
        for route in routes(name):
            for_everybody = set(route.scopes) == set(ROLES)
            published = PUBLISHED in route.scopes.values()
            yield from (role for role, scope in route.scopes.items() if not for_everybody or (published and scope))


def test_a_persona_is_offered_for_every_role_that_has_a_route_of_its_own_and_for_no_other() -> None:
    offered = {role for persona in PERSONAS.values() for role in persona.roles}
    assert offered == set(roles_with_more_than_everybody())


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=list(PERSONAS))
def test_what_a_persona_looks_at_first_is_a_route_for_one_of_its_roles(persona: Persona) -> None:
    service = persona.look.split("/")[1]
    path = persona.look.removeprefix(f"/{service}").partition("?")[0]
    read = [route for route in routes(service) if route.method == "GET"]
    (route,) = [route for route in read if route.url(person_id=str(persona.person_id)) == path]
    assert set(persona.roles) & set(route.scopes)
