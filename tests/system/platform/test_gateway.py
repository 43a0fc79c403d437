"""The real gateway, before services made for the test: what it lets through, and what it turns down."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from academy.local import problems, serving
from academy.local.addresses import Addresses
from academy.local.layout import GATEWAY, PROBLEMS
from academy.local.problems import WORDS
from academy.local.processes import Child
from academy.local.readiness import answers
from academy.local.state import StateFolder
from academy.local.traefik import Traefik
from academy.services import PORTAL
from tests.support.delivery import PATIENCE, eventually
from tests.support.platform import a_plan
from tests.support.serving import served

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


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


def a_mirror() -> FastAPI:
    """Answers with the headers it was asked with."""
    app = serving.create_app("Mirror")

    @app.get("/problems/502")
    async def mirror(request: Request) -> dict[str, str]:
        return dict(request.headers)

    return app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StateFolder:
    return StateFolder(tmp_path_factory.mktemp("gateway"))


@asynccontextmanager
async def a_gateway(
    path: Path, *, away: str = "coaching", front: FastAPI | None = None, told: Mapping[str, str] | None = None
) -> AsyncGenerator[httpx.AsyncClient]:
    """Enrolment answers; what is `away` is routed, but nothing listens there; talent is not routed at all."""
    folder = StateFolder(path)
    folder.create()
    addresses = Addresses(a_plan(path, parts={GATEWAY, PORTAL, PROBLEMS}, services=("enrolment", "coaching")))
    environment = os.environ | {"ACADEMY_GATEWAY_PATIENCE": f"{PATIENCE}s"} | dict(told or {})
    traefik = Child(Traefik(folder, addresses, ("enrolment", away, PROBLEMS), environment).command())
    apps = {PROBLEMS: front or problems.create_app(), "enrolment": a_service()}
    try:
        async with AsyncExitStack() as stack:
            for name, app in apps.items():
                await stack.enter_async_context(served(app, addresses.port(name)))
            await answers(f"{addresses.gateway}/enrolment/readyz")
            async with httpx.AsyncClient(base_url=addresses.gateway, timeout=PATIENCE) as client:
                yield client
    finally:
        await traefik.stop()


@pytest.fixture(scope="module")
async def gateway(folder: StateFolder) -> AsyncGenerator[httpx.AsyncClient]:
    async with a_gateway(folder.path) as client:
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


def is_page(answer: httpx.Response) -> int:
    """The status of a page that says in words what it is about."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
    assert f"<h1>{WORDS[answer.status_code].title}</h1>" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    return answer.status_code


@pytest.mark.parametrize(
    ("path", "size", "status"), [("/coaching/v1/practitioners", 0, 502), ("/enrolment/v1/cohorts", 262_145, 413)]
)
async def test_who_reads_in_a_browser_gets_a_page_for_what_is_turned_down(
    gateway: httpx.AsyncClient, path: str, size: int, status: int
) -> None:
    assert is_page(await gateway.post(path, content=b"x" * size, headers=BROWSER)) == status


@pytest.mark.parametrize("path", ["/talent/v1/members", "/"])
async def test_what_nobody_answers_is_a_problem_in_a_browser_too(gateway: httpx.AsyncClient, path: str) -> None:
    assert problem(await gateway.get(path, headers=BROWSER)) == (404, "no_such_page")


async def test_while_the_portal_is_away_a_browser_gets_a_page_and_a_program_a_problem(tmp_path: Path) -> None:
    async with a_gateway(tmp_path, away=PORTAL) as gateway:
        page, answer = await gateway.get("/my/dates", headers=BROWSER), await gateway.get("/my/dates")
    assert (is_page(page), problem(answer)) == (502, (502, "service_unavailable"))
    for told in (page, answer):
        assert told.headers["retry-after"] == "1"
        assert (told.headers["x-frame-options"], told.headers["x-content-type-options"]) == ("DENY", "nosniff")


async def test_who_tells_of_what_is_turned_down_learns_no_token_and_no_cookie(tmp_path: Path) -> None:
    """But what is accepted, and by which id the caller finds it again."""
    told = BROWSER | {"X-Correlation-Id": "mine", "Authorization": "Bearer secret", "Cookie": "session=secret"}
    async with a_gateway(tmp_path, front=a_mirror()) as gateway:
        seen = (await gateway.get("/coaching/v1/practitioners", headers=told)).json()
    assert (seen["accept"], seen["x-correlation-id"]) == (BROWSER["Accept"], "mine")
    assert "secret" not in str(seen)


async def test_a_service_that_does_not_answer_in_time_is_a_problem(tmp_path: Path) -> None:
    """The page that makes a problem of it has no more time than the service; a slow machine may need another try."""
    async with a_gateway(tmp_path, told={"ACADEMY_GATEWAY_PATIENCE": "2s"}) as gateway:

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
    slow = {"ACADEMY_GATEWAY_RATE": "1", "ACADEMY_GATEWAY_BURST": "50"}
    async with a_gateway(tmp_path, told=slow) as gateway:
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
