"""Whatever people are called, and whatever they call what they do: nothing widens a page."""

from uuid import UUID

import pytest

from tests.service.enrolment.enrolment import NOW, SESSION, EnrolmentService
from tests.service.portal.browser.conftest import Screens
from tests.service.portal.browser.test_accessible import kinds
from tests.service.portal.scene import tell_notifications
from tests.support.portals import PortalUnderTest

WORD = "Llanfairpwllgwyngyll" * 10
"""As long as a name or a title may be, without a blank to break it at."""
PHONE, DESK = 320, 1024


@pytest.fixture(scope="module")
async def named(portal: PortalUnderTest) -> tuple[str, UUID]:
    """A cohort and somebody with a place in it, both of that name; another of that name waits."""
    enrolment = EnrolmentService(portal.services["enrolment"])
    await enrolment.it_is(NOW)
    await enrolment.programme(title=WORD, provider=WORD, audience=WORD)
    cohort = await enrolment.cohort(title=WORD, places=1)
    await enrolment.session(cohort, SESSION)
    person, waiting, _ = await enrolment.people(3, name=WORD)
    await enrolment.enrol(cohort, person)
    await enrolment.wait_for(cohort, waiting)
    await tell_notifications(portal, {cohort})
    return cohort, person


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_a_word_without_a_blank_widens_no_page(
    portal: PortalUnderTest, screens: Screens, named: tuple[str, UUID], width: int
) -> None:
    cohort, person = named
    searched = [f"/cohorts/{cohort}/enrol?name={WORD[:20]}", f"/people?name={WORD[:20]}"]
    wide: dict[str, int] = {}
    for who, more in (
        ({"persona": "programme-lead"}, searched),
        ({"persona": "system-lead"}, []),
        ({"person_id": person}, []),
    ):
        async with screens.one(width=width) as screen:
            await screen.signs_in(**who)
            for path in [*(await kinds(portal, **who)).values(), *more]:
                await screen.opens(path)
                wide[path] = await screen.width()
    assert {path: found for path, found in wide.items() if found > width} == {}
