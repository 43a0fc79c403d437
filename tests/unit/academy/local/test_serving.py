"""The small applications of the local platform keep to HTTP as the services do."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from academy.local import issuer, mailbox, problems
from academy.local.ports import any_free_port

Made = Callable[[Path], FastAPI]


def problems_alone(_: Path) -> FastAPI:
    return problems.create_app()


def an_issuer(folder: Path) -> FastAPI:
    key = issuer.load_key(folder / "issuer.json")
    return issuer.create_app(issuer.Issuer("http://issuer.example.org", key), {"ACADEMY_ENV": "development"})


def a_mailbox(folder: Path) -> FastAPI:
    return mailbox.create_app(folder / "mails", any_free_port(), {"ACADEMY_ENV": "development"})


PAGES = [
    *((problems_alone, path) for path in ("/readyz", "/", "/problems/502")),
    *((an_issuer, path) for path in ("/readyz", "/.well-known/openid-configuration", "/jwks.json", "/personas")),
    *((a_mailbox, path) for path in ("/readyz", "/", "/api/messages", "/api/stats")),
]
APPS = [problems_alone, an_issuer, a_mailbox]


@asynccontextmanager
async def visiting(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://part.example.org")
    async with app.router.lifespan_context(app), client:
        yield client


@pytest.mark.parametrize(("make", "path"), PAGES)
async def test_head_is_answered_as_get_is_without_a_body(tmp_path: Path, make: Made, path: str) -> None:
    async with visiting(make(tmp_path)) as client:
        get, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-length"] == get.headers["content-length"] != "0"


@pytest.mark.parametrize("make", APPS)
async def test_a_method_that_is_not_allowed_is_told_which_are(tmp_path: Path, make: Made) -> None:
    async with visiting(make(tmp_path)) as client:
        answer = await client.delete("/readyz")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("make", APPS)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/problems/999", 422),
        ("/problems/x", 422),
        ("/problems/100", 404),
        ("/problems/204", 404),
        ("/problems/304", 404),
        ("/?to=%00", 400),
        ("/%ff", 400),
    ],
)
async def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path, make: Made, path: str, status: int) -> None:
    async with visiting(make(tmp_path)) as client:
        answer = await client.get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == (404 if "problems" in path and make is not problems_alone else status)


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30])
@pytest.mark.parametrize("path", ["/messages/{}", "/api/messages/{}", "/messages/{}/parts/0", "/messages/1/parts/{}"])
@pytest.mark.parametrize("query", ["", "?before={}&after={}"])
async def test_a_number_no_mail_has_breaks_nothing(tmp_path: Path, path: str, number: str, query: str) -> None:
    async with visiting(a_mailbox(tmp_path)) as client:
        answer = await client.get((path + query).format(number, number, number))
        listed = await client.get(f"/api/messages?after={number}"), await client.get(f"/?before={number}")
    assert answer.status_code in {404, 422}
    assert all(page.status_code in {200, 422} for page in listed)
