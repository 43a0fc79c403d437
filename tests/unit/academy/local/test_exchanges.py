"""A code or a refresh token becomes tokens once, and only for whoever it was made for."""

import httpx
import pytest

from academy.local import authorization
from academy.local.issuer import LIFETIME_SECONDS
from tests.support.sign_ins import ISSUER, Changes, Portal


def refused(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["error"]


GONE = (400, "invalid_grant")


async def test_a_code_becomes_tokens_for_the_services_and_for_the_client(portal: Portal) -> None:
    answer = await portal.redeems(await portal.code(persona="participant"))
    tokens = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == (
        "Bearer",
        LIFETIME_SECONDS,
        "openid profile",
    )
    access, known = [await portal.claims(tokens[name]) for name in ("access_token", "id_token")]
    assert (access["aud"], known["aud"]) == ("academy", "portal")
    assert (known["name"], known["nonce"], known["iss"], known["iat"]) == (
        "Sally Holland",
        "a nonce",
        ISSUER,
        int(portal.now),
    )
    assert {"nonce", "name"}.isdisjoint(access)
    for claim in ("iss", "sub", "iat", "exp", "roles", "systems", "person_id"):
        assert access[claim] == known[claim]


async def test_without_a_nonce_there_is_none(portal: Portal) -> None:
    tokens = (await portal.redeems(await portal.code(persona="ops", nonce=None))).json()
    assert "nonce" not in await portal.claims(tokens["id_token"])


async def test_scopes_nobody_knows_are_not_granted(portal: Portal) -> None:
    code = await portal.code(persona="ops", scope="email openid offline_access")
    assert (await portal.redeems(code)).json()["scope"] == "openid"


async def test_a_code_used_twice_takes_back_what_followed_from_it(portal: Portal) -> None:
    code = await portal.code(persona="ops")
    tokens = (await portal.redeems(code)).json()
    assert refused(await portal.redeems(code)) == GONE
    assert refused(await portal.renews(tokens["refresh_token"])) == GONE


@pytest.mark.parametrize(("seconds", "status"), [(authorization.CODE_SECONDS, 200), (61, 400)])
async def test_a_code_lasts_a_minute(portal: Portal, seconds: int, status: int) -> None:
    code = await portal.code(persona="ops")
    portal.now += seconds
    assert (await portal.redeems(code)).status_code == status


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "another-verifier-of-forty-three-characters-or"},
        {"redirect_uri": "http://academy.example.org/"},
        {"redirect_uri": "http://elsewhere.example.org/signed-in"},
    ],
)
async def test_a_code_is_good_for_its_own_request_and_tried_once(portal: Portal, changes: dict[str, Changes]) -> None:
    code = await portal.code(persona="ops")
    assert refused(await portal.redeems(code, **changes)) == GONE
    assert refused(await portal.redeems(code)) == GONE


@pytest.mark.parametrize("code", ["x", "x.y", ".", "é.ü", "x" * 10_000])
async def test_a_code_nobody_made_is_refused(portal: Portal, code: str) -> None:
    assert refused(await portal.redeems(code)) == GONE
    assert refused(await portal.renews(code)) == GONE


async def test_a_code_with_another_ending_is_refused(portal: Portal) -> None:
    code = await portal.code(persona="ops")
    assert refused(await portal.redeems(f"{code[:-1]}{'a' if code[-1] != 'a' else 'b'}")) == GONE


async def test_a_code_is_no_refresh_token_and_the_other_way_round(portal: Portal) -> None:
    code = await portal.code(persona="ops")
    assert refused(await portal.renews(code)) == GONE
    tokens = (await portal.redeems(await portal.code(persona="ops"))).json()
    assert refused(await portal.redeems(tokens["refresh_token"])) == GONE


async def test_a_refresh_token_gives_new_tokens_for_the_same_person_and_the_next_refresh_token(portal: Portal) -> None:
    tokens = (await portal.redeems(await portal.code(persona="participant"))).json()
    before = await portal.claims(tokens["id_token"])
    portal.now += LIFETIME_SECONDS
    renewed = (await portal.renews(tokens["refresh_token"])).json()
    after = await portal.claims(renewed["id_token"])
    assert after["exp"] == before["exp"] + LIFETIME_SECONDS
    assert (after["sub"], after["name"], "nonce" in after) == (before["sub"], before["name"], False)
    assert (await portal.renews(renewed["refresh_token"])).status_code == 200


async def test_a_refresh_token_used_twice_ends_the_sign_in(portal: Portal) -> None:
    tokens = (await portal.redeems(await portal.code(persona="ops"))).json()
    renewed = (await portal.renews(tokens["refresh_token"])).json()
    assert refused(await portal.renews(tokens["refresh_token"])) == GONE
    assert refused(await portal.renews(renewed["refresh_token"])) == GONE


async def test_one_sign_in_knows_nothing_of_another(portal: Portal) -> None:
    first, second = [(await portal.redeems(await portal.code(persona="ops"))).json() for _ in range(2)]
    assert refused(await portal.renews(f"{first['refresh_token']}x")) == GONE
    assert (await portal.renews(second["refresh_token"])).status_code == 200


async def test_the_oldest_sign_in_goes_when_there_are_too_many(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorization, "MOST", 2)
    oldest, *others = [await portal.code(persona="ops") for _ in range(3)]
    assert refused(await portal.redeems(oldest)) == GONE
    assert [(await portal.redeems(code)).status_code for code in others] == [200, 200]


@pytest.mark.parametrize("name", ["code", "redirect_uri", "code_verifier"])
@pytest.mark.parametrize("value", [None, ""])
async def test_what_is_missing_is_named(portal: Portal, name: str, value: str | None) -> None:
    answer = await portal.redeems(await portal.code(persona="ops"), **{name: value})
    assert refused(answer) == (400, "invalid_request")
    assert name in answer.json()["error_description"]


async def test_a_verifier_that_is_none_is_malformed(portal: Portal) -> None:
    answer = await portal.redeems(await portal.code(persona="ops"), code_verifier="é" * 43)
    assert refused(answer) == (400, "invalid_request")


async def test_a_field_given_twice_is_refused(portal: Portal) -> None:
    form = "grant_type=refresh_token&client_id=portal&refresh_token=x&refresh_token=y"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert refused(await portal.http.post("/token", content=form, headers=headers)) == (400, "invalid_request")


@pytest.mark.parametrize("grant", ["password", "client_credentials", "implicit"])
async def test_another_grant_is_refused(portal: Portal, grant: str) -> None:
    answer = await portal.http.post("/token", data={"grant_type": grant, "client_id": "portal"})
    assert refused(answer) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("client", [None, "another", "Portal"])
async def test_another_client_is_refused_and_costs_nobody_a_code(portal: Portal, client: str | None) -> None:
    code = await portal.code(persona="ops")
    answer = await portal.redeems(code, client_id=client)
    assert (*refused(answer), answer.headers["www-authenticate"]) == (401, "invalid_client", "Basic")
    assert (await portal.redeems(code)).status_code == 200


async def test_a_client_may_name_itself_by_basic(portal: Portal) -> None:
    portal.http.auth = httpx.BasicAuth("portal", "whatever")
    assert (await portal.redeems(await portal.code(persona="ops"), client_id=None)).status_code == 200


@pytest.mark.parametrize("header", ["Basic %%%", "Basic cG9ydGFs", "Basic YW5vdGhlcjp4"])
async def test_basic_that_names_nobody_is_refused(portal: Portal, header: str) -> None:
    portal.http.headers["Authorization"] = header
    assert refused(await portal.redeems("x")) == (401, "invalid_client")


@pytest.mark.parametrize("body", [{"persona": "ops"}, {"persona": "ops", "grant_type": "client_credentials"}])
async def test_scripts_still_get_a_personas_token(portal: Portal, body: dict[str, str]) -> None:
    answer = (await portal.http.post("/token", data=body)).json()
    assert (await portal.claims(answer["access_token"]))["roles"] == ["ops"]
    assert set(answer) == {"access_token", "token_type", "expires_in"}
