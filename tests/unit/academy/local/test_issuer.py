from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from academy.local.issuer import LIFETIME_SECONDS, Issuer, create_app, load_key
from academy.local.personas import PERSONAS
from shared.web.principal import ROLES

ADDRESS = "http://issuer.example.org"


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    app = create_app(Issuer(ADDRESS, load_key(tmp_path / "key.json")), {"ACADEMY_ENV": "development"})
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS)


async def claims_of(client: httpx.AsyncClient, **asked: object) -> dict[str, object]:
    token = (await client.post("/token", json=asked)).raise_for_status().json()["access_token"]
    discovery = (await client.get("/.well-known/openid-configuration")).json()
    keys = KeySet.import_key_set((await client.get(discovery["jwks_uri"])).json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


async def test_a_token_holds_against_the_published_keys_for_eight_hours(client: httpx.AsyncClient) -> None:
    claims = await claims_of(client, persona="programme-lead")
    assert (claims["iss"], claims["aud"], claims["roles"]) == (ADDRESS, "academy", ["programme_lead"])
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == LIFETIME_SECONDS == 8 * 3600


async def test_the_system_lead_sees_one_system_unless_told_otherwise(client: httpx.AsyncClient) -> None:
    assert (await claims_of(client, persona="system-lead"))["systems"] == ["QGH"]
    assert (await claims_of(client, persona="system-lead", systems=["QHL"]))["systems"] == ["QHL"]


async def test_a_participant_is_one_fixed_person_or_the_one_asked_for(client: httpx.AsyncClient) -> None:
    person = str(uuid4())
    first, second = [await claims_of(client, persona="participant") for _ in range(2)]
    other = await claims_of(client, persona="participant", person_id=person)
    assert first["person_id"] == second["person_id"]
    assert UUID(str(first["person_id"]))
    assert (other["person_id"], other["sub"] != first["sub"]) == (person, True)


async def test_a_form_does_as_well_as_json(client: httpx.AsyncClient) -> None:
    answer = await client.post("/token", data={"persona": "system-lead", "systems": "QGH QHL"})
    assert answer.json()["token_type"] == "Bearer"


@pytest.mark.parametrize("body", [{"persona": "king"}, {}, {"persona": "coach", "person_id": "nobody"}])
async def test_an_unknown_persona_is_refused(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    answer = await client.post("/token", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_the_key_outlives_a_restart_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    assert load_key(file).kid == load_key(file).kid
    assert file.stat().st_mode & 0o777 == 0o600


def test_every_persona_has_roles_the_services_know() -> None:
    assert {role for persona in PERSONAS.values() for role in persona.roles} <= set(ROLES)
