"""People pasted from a spreadsheet: who can be is added, and the rest is answered row by row."""

from uuid import uuid4

import httpx
import pytest

from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

COLUMNS = ("name", "email", "system", "organisation", "staff_group", "profession", "band", "gender", "ethnic_category")


def pasted(*people: dict[str, str]) -> str:
    """As a spreadsheet copies them."""
    return "\n".join(
        "\t".join(row) for row in (COLUMNS, *([person[column] for column in COLUMNS] for person in people))
    )


def somebody_new(**given: str) -> dict[str, str]:
    return a_learner(email=f"{uuid4()}@example.org", **given)


async def test_who_can_be_is_added_and_the_rest_stays_to_be_put_right(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    good, bad = somebody_new(name="Zadie Good", band="Band 6"), somebody_new(name="Zadie Bad", band="9z")
    form = Html(await lead.get("/people/paste")).form("/people/paste")
    page = Html(await form.send(lead, rows=pasted(good, bad)))
    assert "1 added, 1 not." in page.words
    assert "Zadie Good Added" in page.words
    assert "Zadie Bad Not saved Pay band: “9z” is not in the list" in page.words
    assert "/v1/codes" not in page.words
    left = page.form("/people/paste")
    assert bad["email"] in left.value("rows")
    assert good["email"] not in left.value("rows")
    put_right = Html(await left.send(lead, rows=left.value("rows").replace("9z", "6")))
    assert "1 added." in put_right.words
    assert not put_right.form("/people/paste").value("rows").strip()
    [person] = [link for link in put_right.links if link.startswith("/people/")]
    assert Html(await lead.get(person)).title.startswith("Zadie Bad")


async def test_the_same_form_sent_twice_adds_nobody_twice(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    person = somebody_new()
    form = Html(await lead.get("/people/paste")).form("/people/paste")
    for _ in range(2):
        assert "1 added." in Html(await form.send(lead, rows=pasted(person))).words
    assert "1 person" in Html(await lead.get("/people", params={"email": person["email"]})).words


async def test_whoever_is_known_already_is_not_added_again_but_shown(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    [known] = await enrolment.people(1)
    form = Html(await lead.get("/people/paste")).form("/people/paste")
    twice = somebody_new(name="Of one mailbox")
    rows = pasted(a_learner(email=f"{known}@example.org"), twice, twice | {"name": "Of the same"})
    page = Html(await form.send(lead, rows=rows))
    assert "1 added, 2 not." in page.words
    assert "Somebody is known under this e-mail address" in page.words
    assert f"/people/{known}" in page.links
    assert "Of the same Not saved A row further up has this address" in page.words


async def test_an_address_that_is_none_is_answered_as_what_it_is(lead: httpx.AsyncClient) -> None:
    form = Html(await lead.get("/people/paste")).form("/people/paste")
    page = Html(await form.send(lead, rows=pasted(somebody_new() | {"email": "nowhere"})))
    assert "0 added, 1 not." in page.words
    assert "Not saved E-mail:" in page.words


async def test_what_is_missing_or_no_code_is_told_in_words_for_people(lead: httpx.AsyncClient) -> None:
    form = Html(await lead.get("/people/paste")).form("/people/paste")
    page = Html(await form.send(lead, rows=pasted(somebody_new() | {"system": "", "organisation": "The Trust (main)"})))
    assert "Integrated care system: there is nothing in this column" in page.words
    assert "Organisation: “The Trust (main)” is not in the list" in page.words


async def test_what_is_no_table_stays_as_it_was_pasted(lead: httpx.AsyncClient) -> None:
    form = Html(await lead.get("/people/paste")).form("/people/paste")
    page = await form.send(lead, rows="Name,Shoe size\nAsha,38")
    assert (page.status_code, "nothing called “Shoe size”" in Html(page).words) == (422, True)
    assert "Asha,38" in Html(page).form("/people/paste").value("rows")


@pytest.mark.parametrize("persona", ["participant", "system-lead", "session-facilitator", "coach", "ops"])
async def test_nobody_else_pastes_people(portal: PortalUnderTest, lead: httpx.AsyncClient, persona: str) -> None:
    """Also not by a form that they made themselves."""
    form = Html(await lead.get("/people/paste")).form("/people/paste")
    async with portal.somebody(persona=persona) as other:
        csrf = Html(await other.get("/")).form("/sign-out").value("csrf")
        assert (await form.send(other, rows=pasted(somebody_new()), csrf=csrf)).status_code == 403
