"""Signing in at the development issuer: who is let in, who is refused, and that nobody is sent elsewhere."""

import re
from html import unescape

import httpx
import pytest
from joserfc.jwk import RSAKey

from academy.local.development import NotInDevelopment
from academy.local.issuer import Issuer, create_app
from academy.local.personas import PERSONAS
from tests.support.sign_ins import ACADEMY, ISSUER, REQUEST, SIGNED_IN, Portal, told

SCRIPT = "\"><script>alert('x')</script>"


def links(page: httpx.Response) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page.text)]


async def test_browsers_are_sent_to_the_academys_public_address_and_programs_to_the_issuers_own(portal: Portal) -> None:
    told = (await portal.http.get("/.well-known/openid-configuration")).json()
    assert (told["issuer"], told["token_endpoint"], told["jwks_uri"]) == (
        ISSUER,
        f"{ISSUER}/token",
        f"{ISSUER}/jwks.json",
    )
    assert told["authorization_endpoint"] == f"{ACADEMY}/issuer/authorize"
    assert told["end_session_endpoint"] == f"{ACADEMY}/issuer/logout"
    assert (told["response_types_supported"], told["code_challenge_methods_supported"]) == (["code"], ["S256"])


async def test_the_page_offers_every_persona_and_each_link_signs_in_as_that_one(portal: Portal) -> None:
    page = await portal.asks()
    assert "<h1>Sign in to the academy</h1>" in page.text
    offered = links(page)
    assert len(offered) == len(PERSONAS)
    for link, persona in zip(offered, PERSONAS.values(), strict=True):
        assert persona.sees[1:] in page.text
        answer = told(await portal.http.get(f"/authorize{link}"))
        assert (answer["state"], answer["iss"]) == ("a state", ISSUER)
        tokens = (await portal.redeems(answer["code"])).json()
        claims = await portal.claims(tokens["id_token"])
        assert (claims["name"], claims["roles"]) == (persona.called, list(persona.roles))


async def test_the_page_is_kept_by_nobody_and_runs_nothing(portal: Portal) -> None:
    page = await portal.asks(state=SCRIPT, nonce=SCRIPT, name=SCRIPT)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_what_the_client_sent_comes_back_as_it_was(portal: Portal) -> None:
    page = await portal.asks(state=SCRIPT)
    assert told(await portal.http.get(f"/authorize{links(page)[0]}"))["state"] == SCRIPT


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        f"{SIGNED_IN}/",
        f"{SIGNED_IN}?to=elsewhere",
        f"{SIGNED_IN}@example.com",
        f"{ACADEMY}/signed-in/../elsewhere",
        f"{ACADEMY}:81/signed-in",
        "HTTP://ACADEMY.example.org/signed-in",
        "https://academy.example.org/signed-in",
        "http://academy.example.org.example.com/signed-in",
        "//academy.example.org/signed-in",
        "/signed-in",
        "javascript:alert(1)",
        SCRIPT,
    ],
)
async def test_nobody_is_sent_to_another_address(portal: Portal, address: str | None) -> None:
    for more in ({}, {"persona": "ops"}, {"response_type": "token"}):
        page = await portal.asks(redirect_uri=address, **more)
        assert page.status_code == 400
        assert "location" not in page.headers
        assert "<script" not in page.text


@pytest.mark.parametrize("client", [None, "", "Portal", "another"])
async def test_no_other_client_is_sent_anything(portal: Portal, client: str | None) -> None:
    page = await portal.asks(client_id=client, persona="ops")
    assert (page.status_code, "location" in page.headers) == (400, False)


@pytest.mark.parametrize("name", ["redirect_uri", "client_id"])
async def test_of_two_addresses_or_clients_none_is_believed(portal: Portal, name: str) -> None:
    twice = httpx.QueryParams(REQUEST | {"persona": "ops"}).add(name, REQUEST[name])
    assert (await portal.http.get("/authorize", params=twice)).status_code == 400


async def test_where_no_public_address_is_known_nobody_signs_in(key: RSAKey) -> None:
    app = create_app(Issuer(ISSUER, key), {"ACADEMY_ENV": "development"})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ISSUER) as client:
        discovery = (await client.get("/.well-known/openid-configuration")).json()
        assert discovery["authorization_endpoint"] == f"{ISSUER}/authorize"
        for address in (SIGNED_IN, "None/signed-in", "/signed-in"):
            assert (await client.get("/authorize", params=REQUEST | {"redirect_uri": address})).status_code == 400
        assert (await client.get("/logout", params={"post_logout_redirect_uri": "None/"})).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"nonce": "n" * 501}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_another_fault_is_told_to_the_client(portal: Portal, changes: dict[str, str], error: str) -> None:
    answer = told(await portal.asks(persona="ops", **changes))
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "a state", ISSUER)
    assert "code" not in answer


async def test_a_parameter_given_twice_is_told_to_the_client(portal: Portal) -> None:
    twice = httpx.QueryParams(REQUEST).add("nonce", "another")
    assert told(await portal.http.get("/authorize", params=twice))["error"] == "invalid_request"


async def test_without_a_state_none_comes_back(portal: Portal) -> None:
    assert "state" not in told(await portal.asks(state=None, persona="ops"))


async def test_a_role_there_is_not_leaves_the_page_as_it_is(portal: Portal) -> None:
    page = await portal.asks(persona=SCRIPT)
    assert (page.status_code, "There is no such role." in page.text) == (200, True)
    assert len(links(page)) == len(PERSONAS)


@pytest.mark.parametrize("place", [f"{ACADEMY}/", f"{ACADEMY}/left?x=1"])
async def test_who_signs_out_comes_back_to_the_academy(portal: Portal, place: str) -> None:
    answer = await portal.http.get("/logout", params={"post_logout_redirect_uri": place, "id_token_hint": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, place)


async def test_who_signs_out_brings_the_state_back(portal: Portal) -> None:
    answer = await portal.http.get("/logout", params={"post_logout_redirect_uri": f"{ACADEMY}/?x=1", "state": "a&b"})
    assert answer.headers["location"] == f"{ACADEMY}/?x=1&state=a%26b"


@pytest.mark.parametrize(
    "place",
    [
        None,
        ACADEMY,
        f"{ACADEMY}.example.com/",
        f"{ACADEMY}@example.com/",
        "https://academy.example.org/",
        "//x",
        SCRIPT,
    ],
)
async def test_who_signs_out_is_sent_nowhere_else(portal: Portal, place: str | None) -> None:
    answer = await portal.http.get("/logout", params={"post_logout_redirect_uri": place} if place else None)
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert "<h1>You are signed out</h1>" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize("environment", [{}, {"ACADEMY_ENV": "production"}])
def test_there_is_no_such_sign_in_but_in_development(key: RSAKey, environment: dict[str, str]) -> None:
    with pytest.raises(NotInDevelopment):
        create_app(Issuer(ISSUER, key, ACADEMY), environment)
