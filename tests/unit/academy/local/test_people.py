"""The people of the year are found for whoever signs in, and the page stands where they are not."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from html import unescape
from uuid import uuid4

import httpx
import pytest
from aiohttp import web
from joserfc.jwk import RSAKey

from academy.local.personas import PERSONAS
from academy.local.ports import LOOPBACK, any_free_port
from tests.support.sign_ins import Portal, signing_in, told
from tests.unit.replay.gateways import Asked, serving

PERSON = {"person_id": str(uuid4()), "name": "Asha <b>Patel</b>", "system": "QGH", "organisation": "QGH01"}
PROBLEM = {"title": "Unprocessable", "status": 422, "code": "search_too_short", "detail": "type two letters"}


@asynccontextmanager
async def beside(key: RSAKey, answer: Callable[[Asked], web.Response]) -> AsyncGenerator[tuple[Portal, list[Asked]]]:
    """Enrolment as its API document has it."""
    async with serving(answer) as enrolment, signing_in(key, enrolment=lambda: enrolment.address) as portal:
        yield portal, enrolment.asked


ANSWERS = {
    "/v1/learners": {"items": [PERSON], "next": None},
    "/v1/codes/organisations": {
        "items": [{"code": "QGH01", "words": "Malvern Vale Hospitals NHS Trust"}],
        "next": None,
    },
    f"/v1/learners/{PERSON['person_id']}": PERSON,
}


def known(asked: Asked) -> web.Response:
    return web.json_response(ANSWERS[asked.path])


def links(page: httpx.Response) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(\?[^"]*person_id=[^"]*)"', page.text)]


async def test_who_is_found_is_shown_with_their_organisation_and_signs_in_as_themselves(key: RSAKey) -> None:
    async with beside(key, known) as (portal, asked):
        page = await portal.asks(name="asha")
        assert "Sign in as Asha &lt;b&gt;Patel&lt;/b&gt;" in page.text
        assert "Malvern Vale Hospitals NHS Trust, in QGH" in page.text
        (link,) = links(page)
        code = told(await portal.http.get(f"/authorize{link}"))["code"]
        claims = await portal.claims((await portal.redeems(code)).json()["id_token"])
        token = await portal.claims(asked[0].headers["Authorization"].removeprefix("Bearer "))
    assert (claims["name"], claims["person_id"]) == (PERSON["name"], PERSON["person_id"])
    assert claims["roles"] == ["learner"]
    assert [request.path for request in asked] == [*ANSWERS]
    assert (token["roles"], token["aud"]) == (["programme_lead"], "academy")


@pytest.mark.parametrize("following", [None, "more"])
async def test_the_page_says_where_there_are_more(key: RSAKey, following: str | None) -> None:
    def answer(asked: Asked) -> web.Response:
        more = {"next": following} if asked.path == "/v1/learners" else {}
        return web.json_response(ANSWERS[asked.path] | more)

    async with beside(key, answer) as (portal, _):
        assert ("There are more." in (await portal.asks(name="asha")).text) is bool(following)


@pytest.mark.parametrize("name", ["", "  "])
async def test_nobody_is_looked_for_without_a_name(key: RSAKey, name: str) -> None:
    async with beside(key, known) as (portal, asked):
        assert (await portal.asks(name=name)).status_code == 200
    assert asked == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: web.json_response({"items": [], "next": None}), "Nobody of that name is known here."),
        (lambda: web.json_response(PROBLEM, status=422), "Type two letters."),
        (lambda: web.Response(text="<h1>", status=502), "does not answer just now"),
        (lambda: web.Response(text="<h1>"), "does not answer just now"),
        (lambda: web.json_response({"items": [{}], "next": None}), "does not answer just now"),
    ],
)
async def test_where_nobody_is_found_the_page_says_why_and_offers_personas(
    key: RSAKey, answer: Callable[[], web.Response], words: str
) -> None:
    async with beside(key, lambda _: answer()) as (portal, _):
        page = await portal.asks(name="<script>")
    assert (page.status_code, words in page.text, "<script" in page.text) == (200, True, False)
    assert page.text.count("persona=") == len(PERSONAS)


@pytest.mark.parametrize("person", ["nobody", "c703fc42-9692-462d-9ff7-f6b1cc2333fd"])
async def test_somebody_who_is_not_there_cannot_be_signed_in_as(key: RSAKey, person: str) -> None:
    gone = {"title": "Not Found", "status": 404, "code": "learner_not_found", "detail": "no such learner"}
    async with beside(key, lambda _: web.json_response(gone, status=404)) as (portal, _):
        page = await portal.asks(person_id=person)
    assert (page.status_code, 'role="status"><p><strong>N' in page.text) == (200, True)


@pytest.mark.parametrize("address", [None, "http://{}:{}", "nonsense"], ids=["untold", "nobody listens", "nonsense"])
async def test_where_enrolment_is_away_the_page_offers_personas(key: RSAKey, address: str | None) -> None:
    told = address and address.format(LOOPBACK, any_free_port())
    async with signing_in(key, enrolment=lambda: told) as portal:
        for chosen in ({"name": "asha"}, {"person_id": str(uuid4())}):
            page = await portal.asks(**chosen)
            assert (page.status_code, "Enrolment, which knows the people, does not " in page.text) == (200, True)
            assert page.text.count("persona=") == len(PERSONAS)
