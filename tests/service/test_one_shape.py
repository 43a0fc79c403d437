"""What every route of every service does alike: lists, cursors, parameters, moments."""

import re
from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import pytest

from shared.web.principal import ROLES
from tests.service.test_access import all_routes
from tests.support.academies import all_services, app_of
from tests.support.packages import SERVICES
from tests.support.routes import Route
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer

READS = [pytest.param(n, r, id=f"{n} {r.path}") for n in SERVICES for r in all_routes(n) if r.method == "GET"]


@pytest.fixture(scope="module")
async def running(postgres_admin: str, signer: Signer) -> AsyncGenerator[dict[str, ServiceUnderTest]]:
    async with all_services(postgres_admin, signer) as running:
        yield running


@pytest.mark.parametrize(("name", "route"), READS)
async def test_what_a_query_asks_in_vain_is_said(running: dict[str, ServiceUnderTest], name: str, route: Route) -> None:
    caller = running[name].as_(*ROLES, person_id=uuid4())
    answer = await caller.get(route.url(), params={"progamme": "CLS7"})

    assert problem(answer) == (400, "parameter_unknown")
    assert "there is no parameter 'progamme'" in answer.json()["detail"]


async def test_what_was_meant_is_named(running: dict[str, ServiceUnderTest]) -> None:
    answer = await running["enrolment"].as_("learner").get("/v1/cohorts", params={"progamme": "CLS7", "limit": 3})
    assert "did you mean programme? (there are: after, count, family, from, " in answer.json()["detail"]
    many = {f"no{n}": "x" for n in range(50)} | {"x" * 3_000: "x"}
    assert len((await running["enrolment"].as_("learner").get("/v1/cohorts", params=many)).text) < 1_000


async def test_what_is_said_twice_is_said(running: dict[str, ServiceUnderTest]) -> None:
    answer = await running["enrolment"].as_("learner").get("/v1/cohorts?state=open&state=over")
    assert problem(answer) == (400, "parameter_repeated")


async def test_who_may_not_call_learns_that_first(running: dict[str, ServiceUnderTest]) -> None:
    client = running["enrolment"].as_("learner")
    assert problem(await client.get("/v1/learners", params={"progamme": "CLS7"})) == (403, "role_missing")
    del client.headers["Authorization"]
    assert problem(await client.get("/v1/cohorts", params={"progamme": "CLS7"})) == (401, "token_refused")


@pytest.mark.parametrize("name", SERVICES)
def test_every_list_has_items_and_next_and_a_count_where_it_counts(name: str) -> None:
    described = app_of(name).openapi()
    lists = 0
    for path, operations in described["paths"].items():
        schema = _answer(operations.get("get"), described)
        assert schema.get("type") != "array", path
        if "items" in schema.get("properties", ()):
            lists += 1
            counts = {"count"} & {parameter["name"] for parameter in operations["get"].get("parameters", ())}
            assert set(schema["properties"]) == {"items", "next"} | counts, path
    assert lists


def _answer(operation: Any, described: Any) -> dict[str, Any]:
    answer: dict[str, Any] = operation["responses"].get("200", {}) if operation else {}
    schema: dict[str, Any] = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return described["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


PAGED = [
    pytest.param(name, path, id=f"{name} {path}")
    for name in SERVICES
    for path, operations in app_of(name).openapi()["paths"].items()
    if any(p["name"] == "after" for p in operations.get("get", {}).get("parameters", ()))
]


@pytest.mark.parametrize(("name", "path"), PAGED)
async def test_a_cursor_nobody_gave_is_refused(running: dict[str, ServiceUnderTest], name: str, path: str) -> None:
    """Where a record is not there, that is said first."""
    url = path.replace("{code_list}", min(await _lists(running[name])))
    there = "{" not in url
    asked = {"after": "no cursor!"} | ({"name": "asha"} if path == "/v1/learners" else {})
    answer = await running[name].as_(*ROLES).get(_filled(url), params=asked)
    expected = {(400, "cursor_unusable")} if there else {(400, "cursor_unusable"), (404, problem(answer)[1])}
    assert problem(answer) in expected, answer.text


async def _lists(service: ServiceUnderTest) -> set[str]:
    return {listed["name"] for listed in (await service.as_(*ROLES).get("/v1/codes")).json()["items"]}


def _filled(path: str) -> str:
    """With ids nobody has."""
    return re.sub(r"\{code\}", "NONE", re.sub(r"\{\w*_id\}", lambda _: str(uuid4()), path))
