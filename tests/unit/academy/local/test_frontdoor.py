"""The development issuer is told by its environment where browsers and enrolment are."""

from pathlib import Path

import httpx
import pytest
from aiohttp import web

from academy.local.frontdoor import applications
from academy.local.state import Part, State, StateFolder
from tests.support.sign_ins import ACADEMY, ISSUER, REQUEST
from tests.unit.replay.gateways import Server, serving

PORT = 8001
NOBODY: dict[str, object] = {"items": [], "next": None}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateFolder:
    told = {
        "ACADEMY_ENV": "development",
        "ACADEMY_ISSUER_PORT": str(PORT),
        "ACADEMY_OIDC_ISSUER": ISSUER,
        "ACADEMY_PUBLIC_URL": f"{ACADEMY}/",
    }
    for name in ("ACADEMY_PROBLEMS_PORT", "ACADEMY_UPSTREAM_ENROLMENT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return StateFolder(tmp_path)


def visiting(folder: StateFolder) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(applications(folder)[PORT])
    return httpx.AsyncClient(transport=transport, base_url=ISSUER)


async def looked_for(folder: StateFolder, enrolment: Server) -> None:
    async with visiting(folder) as browser:
        page = await browser.get("/authorize", params=REQUEST | {"name": "asha"})
    assert "Nobody of that name is known here." in page.text
    assert [asked.path for asked in enrolment.asked] == ["/v1/learners"]


async def test_browsers_reach_the_issuer_at_the_public_address(folder: StateFolder) -> None:
    async with visiting(folder) as browser:
        told = (await browser.get("/.well-known/openid-configuration")).json()
    assert told["authorization_endpoint"] == f"{ACADEMY}/issuer/authorize"


async def test_people_are_looked_for_where_the_state_folder_says_enrolment_runs(folder: StateFolder) -> None:
    async with serving(lambda _: web.json_response(NOBODY)) as enrolment:
        folder.write(State({"enrolment": Part(enrolment.address, None, None, "embedded")}))
        await looked_for(folder, enrolment)


async def test_people_are_looked_for_where_the_environment_says_enrolment_runs(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(lambda _: web.json_response(NOBODY)) as enrolment:
        monkeypatch.setenv("ACADEMY_UPSTREAM_ENROLMENT", enrolment.address)
        await looked_for(folder, enrolment)
