"""Every link of every persona leads to a page, which asks the services a few times at most."""

from collections import defaultdict

import httpx
import pytest

from academy.local.personas import PERSONAS
from tests.service.portal.scene import a_scene
from tests.support.html import Html
from tests.support.portals import PortalUnderTest
from tests.support.walks import kind_of, walk

PARTICIPANT = PERSONAS["participant"].person_id
MOST_CALLS = 4
KEPT = ("/enrolment/v1/codes", "/enrolment/readyz")


@pytest.fixture(scope="module", autouse=True)
async def scene(portal: PortalUnderTest) -> None:
    assert PARTICIPANT
    await a_scene(portal, PARTICIPANT)


@pytest.fixture
def asked(portal: PortalUnderTest) -> dict[str, list[str]]:
    """Of each request for a page, by its correlation id, what it asked of the services.

    Code lists are kept between pages, and the time is asked for beside the rest.
    """
    told: dict[str, list[str]] = defaultdict(list)

    async def note(request: httpx.Request) -> None:
        if not request.url.path.startswith(KEPT):
            told[request.headers["X-Correlation-ID"]].append(request.url.path)

    portal.app.state.http.event_hooks = {"request": [note]}
    return told


@pytest.mark.parametrize("persona", [None, *PERSONAS])
async def test_no_link_leads_nowhere(portal: PortalUnderTest, asked: dict[str, list[str]], persona: str | None) -> None:
    async with portal.visitor() as visitor:
        if persona:
            await portal.signs_in(visitor, persona=persona)
        pages = await walk(visitor)
    broken = {path: answer.status_code for path, answer in pages.items() if answer.status_code >= 400}
    assert broken == {}
    titles = {kind_of(path): Html(answer).title for path, answer in pages.items() if _is_page(answer)}
    assert all(titles.values())
    assert [paths for paths in asked.values() if len(paths) > MOST_CALLS] == []


def _is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")
