"""The real gateway and home page, before services made for the test: what it lets through, and what it turns down."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin
from uuid import uuid4

import httpx
import pytest
import yaml
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from academy.local import home
from academy.local.addresses import Addresses
from academy.local.layout import GATEWAY, HOME
from academy.local.processes import Child
from academy.local.readiness import answers
from academy.local.state import StateFolder
from academy.local.traefik import Traefik
from shared.contracts.catalogue import DESCRIBED
from shared.contracts.envelope import source_of
from shared.messaging.wire import HeaderEncoder
from tests.support.delivery import PATIENCE, eventually
from tests.support.platform import a_plan
from tests.support.serving import served


def a_service() -> FastAPI:
    """Answers with what it was asked to answer."""
    app = FastAPI()

    @app.get("/v1/slow")
    async def slow(request: Request) -> None:
        while not await request.is_disconnected():  # noqa: ASYNC110 there is nothing to wait on
            await asyncio.sleep(0.05)

    @app.api_route("/v1/answers/{status}", methods=["GET", "POST"])
    async def answer(status: int) -> JSONResponse:
        body = {"status": status, "code": "of_the_service"}
        return JSONResponse(body, status, {"Retry-After": "7"}, media_type="application/problem+json")

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def echo(request: Request, path: str) -> dict[str, str | None]:
        return {"path": path, "prefix": request.headers.get("x-forwarded-prefix")}

    return app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StateFolder:
    folder = StateFolder(tmp_path_factory.mktemp("gateway"))
    folder.create()
    return folder


@asynccontextmanager
async def a_gateway(folder: StateFolder, patience: str, **knobs: str) -> AsyncGenerator[httpx.AsyncClient]:
    """Enrolment answers; coaching is routed, but nothing listens there; talent is not routed at all."""
    plan = a_plan(folder.path, parts={GATEWAY, HOME}, services=("enrolment", "coaching"))
    addresses = Addresses(plan)
    knobs |= {"ACADEMY_GATEWAY_PATIENCE": patience}
    traefik = Child(Traefik(folder, addresses, ("enrolment", "coaching", HOME), os.environ | knobs).command())
    front, service = home.create_app(folder, {}), a_service()
    try:
        async with served(front, addresses.port(HOME)), served(service, addresses.port("enrolment")):
            await answers(f"{addresses.gateway}/readyz")
            async with httpx.AsyncClient(base_url=addresses.gateway, timeout=PATIENCE) as client:
                yield client
    finally:
        await traefik.stop()


@pytest.fixture(scope="module")
async def gateway(folder: StateFolder) -> AsyncGenerator[httpx.AsyncClient]:
    async with a_gateway(folder, f"{PATIENCE}s") as client:
        yield client


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert (body["status"], body["type"]) == (answer.status_code, "about:blank")
    return answer.status_code, body["code"]


async def test_a_service_sees_its_own_paths_and_the_prefix_it_stands_under(gateway: httpx.AsyncClient) -> None:
    assert (await gateway.get("/enrolment/v1/cohorts")).json() == {"path": "v1/cohorts", "prefix": "/enrolment"}


@pytest.mark.parametrize(
    "path", ["metrics", "_status", "_ping", "/metrics", "./metrics", "v1/../metrics", "%6detrics", "_status/more"]
)
async def test_what_is_for_operators_is_not_routed(gateway: httpx.AsyncClient, path: str) -> None:
    url = gateway.base_url.copy_with(raw_path=f"/enrolment/{path}".encode())
    assert problem(await gateway.get(url)) == (404, "no_such_page")


@pytest.mark.parametrize("kind", sorted(DESCRIBED))
async def test_the_schema_that_a_record_names_is_there(gateway: httpx.AsyncClient, kind: str) -> None:
    encoder = HeaderEncoder(source_of("enrolment", "development"), public_url=str(gateway.base_url).rstrip("/"))
    row = {"event_id": uuid4(), "type": kind, "key": "k", "version": 1, "headers": "{}"}
    named = dict(encoder.of(row))["ce_dataschema"].decode()
    answer = await gateway.get(named)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    schema = answer.json()
    assert urljoin(named, schema["$id"]) == named
    assert "effective_at" in schema["required"]


async def test_whoever_wants_to_subscribe_finds_what_there_is(gateway: httpx.AsyncClient) -> None:
    catalogue = await gateway.get("/events/")
    assert catalogue.headers["content-type"] == "text/markdown; charset=utf-8"
    assert catalogue.text.startswith("# Event catalogue")
    asyncapi = await gateway.get("/events/asyncapi.yaml")
    assert asyncapi.headers["content-type"] == "application/yaml"
    assert yaml.safe_load(asyncapi.text)["asyncapi"].startswith("3.")
    assert (await gateway.get("/events/examples/README.md")).text.startswith("# Consumers to copy")
    for path in ("/events/nothing.json", "/events/schemas/", "/events/..%2fREADME.md"):
        assert problem(await gateway.get(path)) == (404, "no_such_page")


async def test_a_path_nobody_serves_is_a_problem_too(gateway: httpx.AsyncClient) -> None:
    assert problem(await gateway.get("/talent/v1/members")) == (404, "no_such_page")


async def test_a_body_above_the_limit_is_refused_and_one_at_the_limit_passes(gateway: httpx.AsyncClient) -> None:
    assert (await gateway.post("/enrolment/v1/cohorts", content=b"x" * 262_144)).status_code == 200
    refused = await gateway.post("/enrolment/v1/cohorts", content=b"x" * 262_145)
    assert problem(refused) == (413, "body_too_large")


async def test_a_service_that_is_away_is_a_problem_with_retry_after(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/coaching/v1/practitioners")
    assert problem(answer) == (502, "service_unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_a_service_that_does_not_answer_in_time_is_a_problem(tmp_path: Path) -> None:
    """The page that makes a problem of it has no more time than the service; a slow machine may need another try."""
    folder = StateFolder(tmp_path)
    folder.create()
    async with a_gateway(folder, patience="2s") as gateway:

        async def told() -> bool:
            answer = await gateway.get("/enrolment/v1/slow")
            assert answer.status_code == 504
            return bool(answer.content) and problem(answer) == (504, "service_slow")

        await eventually(told)


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500, 503])
async def test_a_services_own_problem_reaches_the_caller_untouched(gateway: httpx.AsyncClient, status: int) -> None:
    answer = await gateway.get(f"/enrolment/v1/answers/{status}")
    assert problem_of_the_service(answer) == (status, "of_the_service", "7")


def problem_of_the_service(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.headers["retry-after"]


async def test_a_rush_from_one_address_is_turned_down_whatever_tokens_it_brings(tmp_path: Path) -> None:
    """A gateway of its own, whose budget comes back so slowly that the slowest rush uses it up."""
    folder = StateFolder(tmp_path)
    folder.create()
    slow = {"ACADEMY_GATEWAY_RATE": "1", "ACADEMY_GATEWAY_BURST": "50"}
    async with a_gateway(folder, f"{PATIENCE}s", **slow) as gateway:
        spelt = (f"{scheme}{' ' * (n + 1)}token-{n}" for n in range(100) for scheme in ("Bearer", "bearer"))
        rush = await asyncio.gather(
            *(gateway.get("/enrolment/v1/x", headers={"Authorization": token}) for token in spelt)
        )
    refused = [answer for answer in rush if answer.status_code == 429]
    assert len(refused) > 50
    assert problem(refused[0]) == (429, "too_many_requests")
    assert "retry-after" in refused[0].headers


async def test_the_access_log_names_nobody_and_tells_what_became_of_each_request(
    gateway: httpx.AsyncClient, folder: StateFolder
) -> None:
    """Neither by a path, nor by a query, a token, or what of them a line that refuses them may repeat."""
    log = folder.log("access")
    for number, prefix in enumerate(("/enrolment/v1/answers/404", "/coaching", "/talent", "/enrolment/metrics", "")):
        await gateway.get(
            f"{prefix}/members/the-id-of-a-member;of-a-pool?name=siobhan&by=the-signature",
            headers={"Authorization": "Bearer very-secret-token", "X-Correlation-Id": f"logged-{number}"},
        )
        await eventually(lambda wanted=f"logged-{number}": wanted in log.read_text())
    told = log.read_text() + folder.log(GATEWAY).read_text()
    for secret in ("member", "pool", "siobhan", "the-signature", "very-secret-token"):
        assert secret not in told
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    [asked] = [line for line in lines if line.get("request_X-Correlation-Id") == "logged-1"]
    assert (asked["RequestMethod"], asked["RouterName"], asked["OriginStatus"]) == ("GET", "coaching@file", 502)
    assert {"StartUTC", "Duration", "DownstreamStatus", "ClientHost", "ServiceName"} <= asked.keys()


async def test_the_home_page_needs_nothing_from_elsewhere(gateway: httpx.AsyncClient) -> None:
    page = await gateway.get("/")
    assert "All people here are made up" in page.text
    assert "http://" not in page.text.replace(str(gateway.base_url), "")
    assert "https://" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (await gateway.get("/assets/home.js")).status_code == 200
    assert (await gateway.get("/assets/..%2fhome.py")).status_code == 404
