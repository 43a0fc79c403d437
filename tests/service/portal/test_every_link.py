"""Every link of every persona leads to a page."""

import httpx
import pytest

from academy.local.personas import PERSONAS
from tests.service.portal.scene import a_scene
from tests.support.html import Html
from tests.support.portals import PortalUnderTest
from tests.support.walks import kind_of, walk

PARTICIPANT = PERSONAS["participant"].person_id


@pytest.fixture(scope="module", autouse=True)
async def scene(portal: PortalUnderTest) -> None:
    assert PARTICIPANT
    await a_scene(portal, PARTICIPANT)


@pytest.mark.parametrize("persona", [None, *PERSONAS])
async def test_no_link_leads_nowhere(portal: PortalUnderTest, persona: str | None) -> None:
    async with portal.visitor() as visitor:
        if persona:
            await portal.signs_in(visitor, persona=persona)
        pages = await walk(visitor)
    broken = {path: answer.status_code for path, answer in pages.items() if answer.status_code >= 400}
    assert broken == {}
    titles = {kind_of(path): Html(answer).title for path, answer in pages.items() if _is_page(answer)}
    assert all(titles.values())


def _is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")
