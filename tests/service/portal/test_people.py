"""People found, added and put right by a programme lead, by pages without scripts."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService
from tests.service.portal.scene import a_scene
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

TYPED = {
    "name": "Marlowe Ashdown",
    "system": "QGH",
    "organisation": "QGH01",
    "staff_group": "NMR",
    "profession": "NUR",
    "band": "6",
    "gender": "female",
    "ethnic_category": "H",
}
OTHERS = ("participant", "session-facilitator", "coach", "talent-lead", "ops")


@pytest.fixture
async def lead(portal: PortalUnderTest) -> AsyncGenerator[httpx.AsyncClient]:
    enrolment = EnrolmentService(portal.services["enrolment"])
    await enrolment.it_is(NOW)
    async with portal.somebody(persona="programme-lead") as lead:
        yield lead


async def added(lead: httpx.AsyncClient, **typed: str) -> httpx.Response:
    form = Html(await lead.get("/people/new")).form("/people/new")
    return await form.send(lead, **(TYPED | {"email": f"{uuid4()}@example.nhs.uk"} | typed))


async def test_somebody_is_added_found_and_put_right(lead: httpx.AsyncClient) -> None:
    email = f"{uuid4()}@example.nhs.uk"
    page = await added(lead, email=email)
    assert "The academy knows them now" in Html(page).words
    person = page.url.path
    found = Html(await lead.get("/people", params={"email": email}))
    assert "1 person" in found.words
    assert person in found.links
    edit = f"{person}/edit"
    changed = Html(await Html(await lead.get(edit)).form(edit).send(lead, name="Marlowe Westwood"))
    assert "Marlowe Westwood" in changed.words
    assert "Their details were saved" in changed.words


async def test_the_same_form_twice_adds_one_person(lead: httpx.AsyncClient) -> None:
    form = Html(await lead.get("/people/new")).form("/people/new")
    typed = TYPED | {"email": f"{uuid4()}@example.nhs.uk"}
    first, second = [await form.send(lead, **typed) for _ in range(2)]
    assert first.url == second.url


async def test_who_is_known_already_is_led_to(lead: httpx.AsyncClient) -> None:
    email = f"{uuid4()}@example.nhs.uk"
    known = (await added(lead, email=email)).url.path
    refused = await added(lead, email=email, name="Marlowe Another")
    assert refused.status_code == 422
    assert known in Html(refused).links
    assert Html(refused).form("/people/new").value("name") == "Marlowe Another"


async def test_what_is_left_out_is_told_all_at_once(lead: httpx.AsyncClient) -> None:
    form = Html(await lead.get("/people/new")).form("/people/new")
    refused = await form.send(lead, name="", email="no address", **{n: v for n, v in TYPED.items() if n != "name"})
    assert (refused.status_code, "Enter their name" in Html(refused).words) == (422, True)
    again = await form.send(lead, **(TYPED | {"email": "no address"}))
    assert (again.status_code, "There is a problem" in Html(again).words) == (422, True)


async def test_of_two_who_change_a_person_the_second_sees_both(lead: httpx.AsyncClient) -> None:
    edit = f"{(await added(lead)).url.path}/edit"
    form = Html(await lead.get(edit)).form(edit)
    await form.send(lead, name="Marlowe Theirs")
    stale = Html(await form.send(lead, name="Marlowe Mine"))
    assert "Somebody else changed this" in stale.words
    assert "Marlowe Theirs" in stale.words
    assert "Marlowe Mine" in Html(await stale.form(edit).send(lead)).words


async def test_a_person_has_places(portal: PortalUnderTest, lead: httpx.AsyncClient) -> None:
    scene = await a_scene(portal, uuid4())
    page = Html(await lead.get(f"/people/{scene.participant}"))
    assert f"/cohorts/{scene.to_come}" in page.links
    assert any(link.endswith("/withdraw") for link in page.links)


async def test_nobody_is_shown_before_somebody_is_looked_for(lead: httpx.AsyncClient) -> None:
    assert "Look for somebody by name" in Html(await lead.get("/people")).words
    assert "Nobody is like that" in Html(await lead.get("/people", params={"name": "Zzyzx"})).words


@pytest.mark.parametrize("persona", OTHERS)
async def test_nobody_else_looks_people_up_or_adds_them(portal: PortalUnderTest, persona: str) -> None:
    async with portal.somebody(persona=persona) as other:
        assert (await other.get("/people", params={"name": "Marlowe"})).status_code == 403
        form = Html(await other.get("/people/new")).form("/people/new")
        sent = await form.send(other, **(TYPED | {"email": f"{uuid4()}@example.nhs.uk"}))
        assert sent.status_code in {403, 404}
