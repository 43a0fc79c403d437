"""Every kind of page, as each persona sees it: WCAG 2.2 AA as far as a program can tell, and a telephone's width."""

from typing import Any, cast

import pytest
from axe_playwright_python.async_playwright import Axe

from academy.local.personas import PERSONAS
from tests.service.portal.browser.conftest import Screen, Screens
from tests.service.portal.scene import a_scene
from tests.support.portals import PortalUnderTest
from tests.support.walks import kind_of, walk

PARTICIPANT = PERSONAS["participant"].person_id
MANY = 40
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module", autouse=True)
async def scene(portal: PortalUnderTest) -> None:
    assert PARTICIPANT
    await a_scene(portal, PARTICIPANT)


@pytest.mark.timeout(900)
async def test_every_page_is_for_everybody(portal: PortalUnderTest, screens: Screens) -> None:
    """A kind of page is looked at once, as whoever sees it first."""
    faults: dict[str, list[str]] = {}
    seen: set[str] = set()
    for persona in (None, *PERSONAS):
        async with screens.one(width=320) as screen:
            who = {"persona": persona} if persona else {}
            if who:
                await screen.signs_in(**who)
            for kind, path in (await kinds(portal, **who)).items():
                if kind not in seen:
                    seen.add(kind)
                    await screen.opens(path)
                    faults[path] = [*await violations(screen), *await width(screen)]
    assert {path: found for path, found in faults.items() if found} == {}
    assert len(seen) > MANY


async def kinds(portal: PortalUnderTest, **who: Any) -> dict[str, str]:
    """One page of each kind; what programs read, and what is elsewhere, is none."""
    async with portal.visitor() as visitor:
        if who:
            await portal.signs_in(visitor, **who)
        pages = await walk(visitor)
    found: dict[str, str] = {}
    for path, answer in pages.items():
        if answer.is_success and answer.headers.get("content-type", "").startswith("text/html"):
            found.setdefault(kind_of(path), path)
    return found


async def violations(screen: Screen) -> list[str]:
    """What axe finds."""
    found = cast("dict[str, Any]", (await cast("Any", Axe()).run(screen.page, options=RULES)).response)
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


async def width(screen: Screen) -> list[str]:
    """Nobody has to scroll sideways (1.4.10)."""
    wide = await screen.width()
    return [f"{wide} pixels wide"] if wide > 320 else []
