"""Each role on each route, and a foreign system, over every route of every service."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from shared.observability.health import Health
from shared.web.operations import operations
from shared.web.principal import ROLES, SYSTEM, Allowed
from tests.support.academies import all_services, the_service
from tests.support.packages import SERVICES
from tests.support.routes import Route, asked_first, is_api, routes_of
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer

HOME, FOREIGN = "QGH", "QHL"


async def _no_lag() -> int | None:
    return None


def all_routes(name: str) -> list[Route]:
    routers = (operations(name, "api", Health(), _no_lag), *the_service(name).operated_by())
    return routes_of(the_service(name), *(route for router in routers for route in router.routes))


every_service = pytest.mark.parametrize("name", SERVICES)
every_route = pytest.mark.parametrize(
    ("name", "route"),
    [(n, r) for n in SERVICES for r in all_routes(n)],
    ids=lambda x: x if isinstance(x, str) else f"{x.method} {x.path}",
)


@pytest.fixture(scope="module")
async def running(postgres_admin: str, signer: Signer) -> AsyncGenerator[dict[str, ServiceUnderTest]]:
    async with all_services(postgres_admin, signer) as running:
        yield running


@every_service
def test_every_route_states_one_access_rule_and_it_is_checked_first(name: str) -> None:
    for router in the_service(name).routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and is_api(route):
                assert isinstance(asked_first(route), Allowed), route.path


@every_route
async def test_roles_the_route_does_not_name_are_refused_and_those_it_names_are_not(
    running: dict[str, ServiceUnderTest], name: str, route: Route
) -> None:
    service = running[name]
    for role in ROLES:
        answer = await _call(service, route, [role])
        if role in route.scopes:
            assert answer.status_code not in {401, 500}, answer.text
            assert answer.status_code != 403 or problem(answer)[1] != "role_missing", role
        else:
            assert problem(answer) == (403, "role_missing"), role


@every_route
async def test_nobody_without_a_token_gets_in(running: dict[str, ServiceUnderTest], name: str, route: Route) -> None:
    client = running[name].as_("region")
    del client.headers["Authorization"]
    assert problem(await client.request(route.method, route.url())) == (401, "token_refused")


async def test_pages_open_by_a_signed_link_only(running: dict[str, ServiceUnderTest]) -> None:
    pages = [
        (name, method, route.path)
        for name in SERVICES
        for router in the_service(name).routers
        for route in router.routes
        if isinstance(route, APIRoute) and "pages" in route.tags
        for method in sorted(route.methods or ())
    ]
    assert sorted(pages) == [
        ("enrolment", "GET", "/joining/{ref}"),
        ("enrolment", "GET", "/recordings/{ref}"),
        ("notifications", "GET", "/address"),
        ("notifications", "POST", "/address"),
    ]
    for name, method, path in pages:
        caller = running[name].as_(*ROLES)
        answer = await caller.request(method, path.format(ref="anything"), params={"by": "any.body"})
        assert answer.status_code == 404


async def _call(service: ServiceUnderTest, route: Route, roles: Sequence[str], **known: Any) -> Any:
    client = service.as_(*roles, person_id=uuid4(), systems=[FOREIGN], organisation="Nobody's")
    headers = {"Idempotency-Key": str(uuid4())}
    body: Any = {} if route.method in {"POST", "PUT"} else None
    return await client.request(route.method, route.url(**known), headers=headers, json=body)


LEARNER = {
    "name": "Ada Made-Up",
    "email": "ada.made-up@example.nhs.uk",
    "system": HOME,
    "organisation": "QGH01",
    "staff_group": "NMR",
    "profession": "NUR",
    "band": "6",
    "gender": "female",
    "ethnic_category": "A",
}
MEMBER = {
    "name": "Ada Made-Up",
    "email": "ada.made-up@example.nhs.uk",
    "professional_group": "CNO",
    "system": HOME,
    "service_type": "ACU",
    "horizon_months": 6,
    "assessed_on": "2020-10-01",
    "decided_by": str(UUID(int=7)),
}
RECORDS: dict[str, tuple[str, dict[str, Any], str]] = {
    "enrolment": ("/v1/learners/{}", LEARNER, "programme_lead"),
    "talent": ("/v1/members/{}", MEMBER, "talent_lead"),
}


@pytest.mark.parametrize("name", sorted(RECORDS))
async def test_a_system_lead_sees_the_own_system_and_nothing_of_another(
    running: dict[str, ServiceUnderTest], name: str
) -> None:
    service, person = running[name], uuid4()
    path, record, author = RECORDS[name]
    created = await service.as_(author).put(path.format(person), json=record)
    assert created.status_code == 201, created.text
    by_person = [r for r in all_routes(name) if r.method == "GET" and "system_lead" in r.scopes]
    assert [r for r in by_person if r.scopes["system_lead"] == SYSTEM]
    for route in by_person:
        url = route.url(person_id=str(person))
        own = await service.as_("system_lead", systems=[HOME]).get(url)
        foreign = await service.as_("system_lead", systems=[FOREIGN]).get(url)
        assert str(person) not in foreign.text, route.path
        if "{person_id}" in route.path and own.status_code == 200:
            assert foreign.status_code == 404, route.path
    assert (await service.as_("system_lead", systems=[HOME]).get(path.format(person))).status_code == 200
