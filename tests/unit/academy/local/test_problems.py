"""What the gateway turns down is a page to people and a problem to programs, whatever else is away."""

from collections.abc import AsyncGenerator
from html import unescape

import httpx
import pytest

from academy.local import problems
from academy.local.problems import WORDS

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PROGRAMS = [{}, {"Accept": "*/*"}, {"Accept": "application/json"}]
RETRIED = {429, 502}


@pytest.fixture
async def asked() -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(problems.create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://academy.example.org") as client:
        yield client


@pytest.mark.parametrize("status", WORDS)
async def test_people_read_what_happened_and_what_to_do(asked: httpx.AsyncClient, status: int) -> None:
    page = await asked.get(f"/problems/{status}", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    told, words = unescape(page.text), WORDS[status]
    assert told.count(words.title) == 2
    assert words.happened in told
    assert words.what_to_do in told
    assert words.code not in told
    assert "retry-after" not in page.headers or status in RETRIED


async def test_a_page_runs_nothing_and_needs_nothing_from_elsewhere(asked: httpx.AsyncClient) -> None:
    page = await asked.get("/problems/502", headers=BROWSER)
    assert '<html lang="en-GB">' in page.text
    for word in ("<script", "src=", "href=", "http://", "https://", "url("):
        assert word not in page.text
    policy = page.headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert "frame-ancestors 'none'" in policy
    assert not [rule for rule in policy if rule.startswith(("script-src", "connect-src"))]


async def test_a_page_does_not_call_the_people_in_it_made_up(asked: httpx.AsyncClient) -> None:
    """It is shown in production too."""
    assert "made up" not in (await asked.get("/problems/502", headers=BROWSER)).text


@pytest.mark.parametrize("headers", PROGRAMS)
@pytest.mark.parametrize("status", WORDS)
async def test_programs_are_told_by_a_code(asked: httpx.AsyncClient, status: int, headers: dict[str, str]) -> None:
    answer = await asked.get(f"/problems/{status}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["code"], answer.json()["detail"]) == (WORDS[status].code, WORDS[status].detail)
    assert ("retry-after" in answer.headers) is (status in RETRIED)


@pytest.mark.parametrize("headers", [BROWSER, *PROGRAMS])
async def test_who_keeps_an_answer_keeps_it_for_those_who_accept_the_same(
    asked: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await asked.get("/problems/413", headers=headers)).headers["vary"] == "Accept"


async def test_any_other_status_has_words_too(asked: httpx.AsyncClient) -> None:
    assert "Sorry, there is a problem" in (await asked.get("/problems/500", headers=BROWSER)).text
    assert (await asked.get("/problems/500")).json()["code"] == "gateway_error"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/problems/204"])
async def test_what_nobody_answers_is_a_problem_to_everybody(asked: httpx.AsyncClient, path: str) -> None:
    answer = await asked.get(path, headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page")
