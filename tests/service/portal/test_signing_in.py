"""Signing in and out, and what an attacker would try on the way."""

import asyncio
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from typing import Any

import httpx
import pytest

from services.portal.signing_in.provider import Provider
from services.portal.signing_in.routes import own_place
from shared.web.keys import IssuerKeys, published
from shared.web.tokens import Verifier
from tests.support.databases import connected, execute, rows
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

ELSEWHERE = [
    "//evil.example.org",
    "/\\evil.example.org",
    "https://evil.example.org/",
    "/%0d%0a\r\nx: y",
    "",
    "x",
    "/\t/evil.example.org",
    "javascript:alert(1)",
]


def csrf(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return unescape(found[1])


async def sessions(portal: PortalUnderTest) -> int:
    async with connected(portal.app.state.settings.own.database_url, size=1) as db:
        return int((await rows(db, "select count(*) from session"))[0][0])


@contextmanager
def instead(portal: PortalUnderTest, **others: Any) -> Generator[None]:
    """For the block the portal works with these."""
    usual = {name: getattr(portal.app.state, name) for name in others}
    for name, other in others.items():
        setattr(portal.app.state, name, other)
    try:
        yield
    finally:
        for name, other in usual.items():
            setattr(portal.app.state, name, other)


async def test_somebody_signs_in_is_led_back_and_signs_out(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    page = await portal.signs_in(visitor, persona="programme-lead", back="/api?x=1")
    assert str(page.url) == f"{portal.address}/api?x=1"
    assert "Sign out" in page.text
    before = await sessions(portal)
    out = await visitor.post("/sign-out", data={"csrf": csrf(page)})
    assert "You are signed out" in out.text
    assert await sessions(portal) == before - 1
    assert "Sign out" not in (await visitor.get("/")).text


async def test_the_cookie_is_hidden_from_scripts_and_other_sites(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    visitor.follow_redirects = False
    asked = await visitor.get("/sign-in")
    assert re.search(r"^sign-in=[\w-]{43}; HttpOnly; Path=/; SameSite=lax$", asked.headers["set-cookie"])
    choosing = httpx.URL(asked.headers["location"]).copy_merge_params({"persona": "participant"})
    back = (await visitor.get(choosing)).headers["location"]
    landed = await visitor.get(back)
    cookies = landed.headers.get_list("set-cookie")
    assert any(re.search(r"^session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax$", cookie) for cookie in cookies)


async def test_a_page_never_holds_the_token(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    page = await portal.signs_in(visitor, persona="participant")
    assert not re.search(r"eyJ[\w-]{10,}\.[\w-]{10,}\.", page.text + str(page.headers))


@pytest.mark.parametrize("back", ELSEWHERE)
async def test_nobody_is_led_elsewhere(portal: PortalUnderTest, visitor: httpx.AsyncClient, back: str) -> None:
    assert own_place(back) == "/"
    page = await portal.signs_in(visitor, persona="participant", back=back)
    assert str(page.url) == f"{portal.address}/"


async def test_a_long_address_is_led_back_to_as_well(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    """Of a long form whose answers stand in it."""
    back = f"/review?title={'%C3%A9' * 1_200}"
    assert own_place(back) == back
    assert (await portal.signs_in(visitor, persona="participant", back=back)).url.raw_path.decode() == back


async def test_a_name_somebody_else_set_is_nobodys_after_signing_in(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    """Session fixation: whoever planted a cookie knows nothing of the session that begins."""
    planted = "planted-by-somebody-else-0123456789012345"
    visitor.cookies.set("session", planted, domain=visitor.base_url.host)
    await portal.signs_in(visitor, persona="participant")
    assert visitor.cookies["session"] != planted
    async with portal.visitor() as other:
        other.cookies.set("session", planted)
        assert "Sign out" not in (await other.get("/")).text


async def test_who_signs_in_again_leaves_no_older_session_behind(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    await portal.signs_in(visitor, persona="participant")
    older, before = visitor.cookies["session"], await sessions(portal)
    await portal.signs_in(visitor, persona="programme-lead")
    assert await sessions(portal) == before
    async with portal.visitor() as other:
        other.cookies.set("session", older)
        assert "Sign out" not in (await other.get("/")).text


async def test_an_answer_to_somebody_elses_attempt_signs_nobody_in(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    """Sign-in forgery: the link an attacker's own sign-in ended with, opened by the victim."""
    async with portal.visitor() as attacker:
        attacker.follow_redirects = False
        asked = httpx.URL((await attacker.get("/sign-in")).headers["location"])
        link = (await attacker.get(asked.copy_merge_params({"persona": "participant"}))).headers["location"]
    refused = await visitor.get(link)
    assert (refused.status_code, "session" in visitor.cookies) == (403, False)
    await visitor.get("/sign-in")
    refused = await visitor.get(link)
    assert (refused.status_code, "session" in visitor.cookies) == (403, False)


async def test_an_answer_holds_once(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    visitor.follow_redirects = False
    asked = httpx.URL((await visitor.get("/sign-in")).headers["location"])
    link = (await visitor.get(asked.copy_merge_params({"persona": "participant"}))).headers["location"]
    assert (await visitor.get(link)).status_code == 303
    signed_in = visitor.cookies["session"]
    again = await visitor.get(link)
    assert (again.status_code, again.headers["location"], "set-cookie" in again.headers) == (303, "/", False)
    assert visitor.cookies["session"] == signed_in
    visitor.cookies.delete("session")
    assert (await visitor.get(link)).status_code == 403


async def test_two_tabs_sign_in_beside_each_other(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    visitor.follow_redirects = False
    begun = [httpx.URL((await visitor.get("/sign-in", params={"back": b})).headers["location"]) for b in ("/a", "/b")]
    for asked, place in zip(begun, ("/a", "/b"), strict=True):
        link = (await visitor.get(asked.copy_merge_params({"persona": "participant"}))).headers["location"]
        back = await visitor.get(link)
        assert (back.status_code, back.headers["location"]) == (303, place)


async def test_who_comes_back_while_the_provider_is_away_may_try_again(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    """Their code is good for a while yet; where it is not, they sign in anew, and the page they asked for is kept."""
    settings = portal.app.state.settings
    elsewhere = settings.serving.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    away = Provider(replace(settings, serving=elsewhere))
    with instead(portal, provider=away):
        page = await visitor.get("/sign-in", params={"back": "/review"})
    assert (page.status_code, "/sign-in?back=/review" in Html(page).links) == (503, True)
    choosing = await visitor.get("/sign-in", params={"back": "/review"})
    visitor.follow_redirects = False
    link = (await visitor.get(choosing.url.copy_merge_params({"persona": "participant"}))).headers["location"]
    with instead(portal, provider=away):
        page = await visitor.get(link)
    assert (page.status_code, "/sign-in?back=/review" in Html(page).links) == (503, True)
    back = await visitor.get(link)
    assert (back.status_code, back.headers["location"]) == (303, "/review")


@pytest.mark.parametrize("sent", [{}, {"csrf": ""}, {"csrf": "of-somebody-else"}])
async def test_a_form_that_is_not_ours_changes_nothing(
    portal: PortalUnderTest, visitor: httpx.AsyncClient, sent: dict[str, str]
) -> None:
    await portal.signs_in(visitor, persona="participant")
    assert (await visitor.post("/sign-out", data=sent)).status_code == 403
    assert "Sign out" in (await visitor.get("/")).text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_another_site_sends_changes_nothing(
    portal: PortalUnderTest, visitor: httpx.AsyncClient, site: str
) -> None:
    page = await portal.signs_in(visitor, persona="participant")
    sent = await visitor.post("/sign-out", data={"csrf": csrf(page)}, headers={"Sec-Fetch-Site": site})
    assert sent.status_code == 403
    assert "Sign out" in (await visitor.get("/")).text


@pytest.mark.parametrize("change", ["seen_at = now() - interval '61 minutes'", "ends_at = now() - interval '1 second'"])
async def test_who_was_away_or_in_for_too_long_is_signed_out(
    portal: PortalUnderTest, visitor: httpx.AsyncClient, change: str
) -> None:
    await portal.signs_in(visitor, persona="participant")
    async with connected(portal.app.state.settings.own.database_url, size=1) as db:
        await execute(db, f"update session set {change}")
    assert "Sign out" not in (await visitor.get("/")).text


async def test_what_has_ended_is_swept_by_whoever_signs_in(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    await portal.signs_in(visitor, persona="participant")
    async with connected(portal.app.state.settings.own.database_url, size=1) as db:
        await execute(db, "update session set ends_at = $1", datetime.now(UTC) - timedelta(seconds=1))
        await execute(db, "update sign_in_attempt set ends_at = $1", datetime.now(UTC) - timedelta(seconds=1))
        async with portal.visitor() as other:
            await portal.signs_in(other, persona="participant")
        assert await rows(db, "select count(*) from session") == [(1,)]
        assert await rows(db, "select count(*) from sign_in_attempt") == [(0,)]


async def test_the_store_knows_no_name_of_a_cookie(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    await portal.signs_in(visitor, persona="participant")
    async with connected(portal.app.state.settings.own.database_url, size=1) as db:
        kept = str(await rows(db, "select * from session"))
    assert visitor.cookies["session"] not in kept


async def test_a_page_nobody_has_is_a_page_and_a_problem_to_programs(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    for path in ("/nothing", "/cohorts/not-an-id/x"):
        page = await visitor.get(path)
        assert (page.status_code, "Page not found" in page.text) == (404, True)
        told = await visitor.get(path, headers={"Accept": "*/*"})
        assert (told.status_code, told.json()["code"]) == (404, "no_such_page")


async def test_a_page_of_somebody_signed_in_says_who_also_where_there_is_none(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    await portal.signs_in(visitor, persona="participant")
    assert "Sign out" in (await visitor.get("/nothing")).text


@pytest.mark.parametrize("path", ["/metrics", "/_status", "/_ping"])
async def test_what_is_for_operators_stays_inside(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(path)).status_code == 404


async def changed(portal: PortalUnderTest, change: str) -> None:
    async with connected(portal.app.state.settings.own.database_url, size=1) as db:
        await execute(db, f"update session set {change}")


async def kept(portal: PortalUnderTest) -> list[tuple[str, str]]:
    async with connected(portal.app.state.settings.own.database_url, size=1) as db:
        found = await rows(db, "select access_token, refresh_token from session")
    return [(str(access), str(refresh)) for access, refresh in found]


async def test_a_token_that_is_about_to_end_is_renewed_once_however_many_pages_are_asked_for(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    """The issuer takes a refresh token that comes twice for a stolen one, and ends the sign-in."""
    await changed(portal, "ends_at = now()")
    await portal.signs_in(visitor, persona="participant")
    before = await kept(portal)
    for _ in range(2):
        await changed(portal, "renew_at = now()")
        answers = await asyncio.gather(*(visitor.get("/api") for _ in range(6)))
        assert all("Sign out" in answer.text for answer in answers)
    assert not set(before) & set(await kept(portal))


async def test_a_session_ends_where_the_provider_renews_it_no_longer(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    await portal.signs_in(visitor, persona="participant")
    await changed(portal, "renew_at = now(), refresh_token = 'no longer good'")
    assert "Sign out" not in (await visitor.get("/")).text
    await changed(portal, "renew_at = now() + interval '1 hour'")
    assert "Sign out" not in (await visitor.get("/")).text


async def test_a_token_that_is_not_for_the_services_ends_the_sign_in_and_sends_nobody_round(
    portal: PortalUnderTest, visitor: httpx.AsyncClient
) -> None:
    """As of a provider that knows another audience: asked again it would issue the same."""
    address = portal.app.state.settings.serving.oidc_issuer
    elsewhere = Verifier(address, "elsewhere", IssuerKeys(partial(published, address)))
    with instead(portal, verifier=elsewhere):
        page = await portal.signs_in(visitor, persona="participant")
    assert (page.status_code, page.url.path, "session" in visitor.cookies) == (403, "/signed-in", False)
