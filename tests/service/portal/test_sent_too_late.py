"""A form that is sent after the session ended: nothing of it is lost, and nobody else's is taken for it."""

from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import a_learner
from tests.service.portal.builders_enrolment import a_name
from tests.support.html import Html
from tests.support.portals import PortalUnderTest


@pytest.mark.parametrize("signs_in_before", [False, True])
async def test_what_was_typed_while_the_session_ended_is_sent_after_signing_in_again(
    portal: PortalUnderTest, lead: httpx.AsyncClient, *, signs_in_before: bool
) -> None:
    form = Html(await lead.get("/people/new")).form("/people/new")
    told = a_learner(name=a_name(), email=f"{uuid4()}@example.org")
    lead.headers["Sec-Fetch-Site"] = "same-origin"
    lead.cookies.delete("session")
    if signs_in_before:
        await portal.signs_in(lead, persona="programme-lead")
    asked = await form.send(lead, **told)
    if not signs_in_before:
        assert asked.status_code == 401
        await portal.signs_in(lead, persona="programme-lead")
        asked = await Html(asked).form("/people/new").send(lead)
    assert (asked.status_code, "This page is out of date" in Html(asked).words) == (403, True)
    added = Html(await Html(asked).form("/people/new").send(lead))
    assert "They were added, and can be enrolled." in added.words
    assert added.title.startswith(told["name"])


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
@pytest.mark.parametrize("signed_in", [False, True])
async def test_what_another_site_sent_is_never_shown_to_be_sent_again(
    lead: httpx.AsyncClient, site: str, *, signed_in: bool
) -> None:
    lead.headers["Sec-Fetch-Site"] = site
    if not signed_in:
        lead.cookies.delete("session")
    page = await lead.post("/people/new", data={"csrf": "guessed", "name": "Made up elsewhere"})
    assert page.status_code in {401, 403}
    assert "Made up elsewhere" not in page.text


@pytest.mark.parametrize(
    ("referer", "back"),
    [("{}/my/details/edit?a=1&b=2", "/my/details/edit%3Fa%3D1%26b%3D2"), ("http://[", "/"), ("", "/")],
)
async def test_who_sends_a_form_after_their_session_ended_is_led_back_to_its_page(
    portal: PortalUnderTest, visitor: httpx.AsyncClient, referer: str, back: str
) -> None:
    page = await visitor.post("/my/details/edit", headers={"Referer": referer.format(portal.address)})
    assert (page.status_code, f"/sign-in?back={back}" in Html(page).links) == (401, True)
