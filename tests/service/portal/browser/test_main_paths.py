"""What people come for, from signing in on, in a real browser."""

from uuid import uuid4

import pytest

from tests.service.enrolment.enrolment import EnrolmentService
from tests.service.portal.browser.conftest import Screen, Screens

WAYS = pytest.mark.parametrize(
    ("width", "scripts"), [(1024, True), (1024, False), (320, True)], ids=["desk", "without scripts", "phone"]
)


async def fill(screen: Screen, **typed: str) -> None:
    for name, value in typed.items():
        await screen.page.locator(f"[name='{name.replace('_', '-')}']").fill(value)


@WAYS
async def test_a_programme_lead_opens_a_cohort(
    enrolment: EnrolmentService,
    screens: Screens,
    width: int,
    scripts: bool,  # noqa: FBT001
) -> None:
    title = f"Leading with care {uuid4()}"
    async with screens.one(width=width, scripts=scripts) as screen:
        await screen.signs_in(persona="programme-lead")
        await screen.opens("/cohorts")
        await screen.page.get_by_role("link", name="Open a cohort").click()
        await screen.page.locator("#programme").select_option("CLS7")
        await screen.press("Continue")
        await fill(screen, title=title, seats="20", places="20")
        await screen.press("Continue")
        await fill(screen, opens="1", opens_month="9", opens_year="2020")
        await screen.page.locator("#opens_time").fill("9am")
        await fill(screen, closes="11", closes_month="10", closes_year="2020", cutoff="5")
        await screen.page.locator("#closes_time").fill("5pm")
        await screen.press("Continue")
        await screen.page.locator("#session_title").fill("First session")
        await fill(screen, on="12", on_month="10", on_year="2020", starts="10am", ends="noon")
        await screen.page.locator("#join_url").fill("https://rooms.example.org/care")
        await screen.press("Continue")
        assert await screen.headline() == "Check your answers"
        await screen.press("Open the cohort")
        assert await screen.headline() == title
        assert await screen.page.get_by_text("The cohort is open for applications").is_visible()
        if scripts:
            assert await screen.width() <= width
        await screen.press("Sign out")
        assert await screen.headline() == "You are signed out"


async def test_a_form_is_filled_in_by_the_keyboard_alone(enrolment: EnrolmentService, screens: Screens) -> None:
    cohort = await enrolment.cohort(title=f"By the keyboard {uuid4()}")
    async with screens.one() as screen:
        await screen.signs_in(persona="programme-lead")
        await screen.opens(f"/cohorts/{cohort}/sessions/new")
        await screen.page.keyboard.press("Tab")
        assert await screen.page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
        await screen.page.keyboard.press("Enter")
        await screen.page.keyboard.press("Tab")
        typed = ("By hand", "12", "10", "2020", "10am", "noon", "https://rooms.example.org/hand")
        for text in typed:
            await screen.page.keyboard.press("Control+A")
            await screen.page.keyboard.type(text)
            await screen.page.keyboard.press("Tab")
        async with screen.page.expect_navigation():
            await screen.page.keyboard.press("Enter")
        assert await screen.page.get_by_text("The session was added.").is_visible()
