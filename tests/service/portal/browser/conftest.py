"""Debian's Chromium, where this machine has it: `apt-get install chromium`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Response, async_playwright

from tests.support.portals import PortalUnderTest

CHROMIUM = Path("/usr/bin/chromium")
_PATIENCE_MS = 30_000
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without it these tests are the only ones that are skipped, and say so."""
    if CHROMIUM.exists():
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium"))


@pytest.fixture(scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()


@dataclass(slots=True)
class Screen:
    """A page of a browser, and whatever the browser complained of."""

    page: Page
    portal: PortalUnderTest
    complaints: list[str] = field(default_factory=list[str])

    async def opens(self, path: str) -> Response:
        """The page at that path of the portal."""
        answer = await self.page.goto(f"{self.portal.address}{path}")
        assert answer
        return answer

    async def signs_in(self, **who: Any) -> None:
        """By the issuer's own page: `persona` by its link, `person_id` by its address."""
        await self.opens("/sign-in")
        [(name, value)] = who.items()
        await self.page.goto(f"{self.page.url}&{name}={value}")

    async def press(self, button: str) -> None:
        """A button by its words; done once the next page is there."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=button, exact=True).click()

    async def width(self) -> int:
        """Of the whole page: more than the screen's where people would have to scroll sideways."""
        return await self.page.evaluate("document.documentElement.scrollWidth")

    async def headline(self) -> str:
        return await self.page.locator("h1").inner_text()


class Screens:
    """Opens browsers of strangers: each knows nothing of the others."""

    def __init__(self, browser: Browser, portal: PortalUnderTest) -> None:
        self._browser = browser
        self._portal = portal

    @asynccontextmanager
    async def one(self, *, width: int = 1024, scripts: bool = True) -> AsyncGenerator[Screen]:
        """Until the block ends; then nothing may have been complained of."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": 768}, java_script_enabled=scripts, locale="en-GB"
        )
        context.set_default_timeout(_PATIENCE_MS)
        screen = Screen(await context.new_page(), self._portal)

        def complains(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                screen.complaints.append(message.text)

        screen.page.on("console", complains)
        screen.page.on("pageerror", lambda error: screen.complaints.append(str(error)))
        try:
            yield screen
        finally:
            await context.close()
        assert screen.complaints == []


@pytest.fixture
async def screens(chromium: Browser, portal: PortalUnderTest) -> Screens:
    return Screens(chromium, portal)
