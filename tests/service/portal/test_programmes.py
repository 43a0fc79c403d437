"""What the academy offers, by pages without scripts."""

from uuid import uuid4

import httpx
import pytest

from tests.service.portal.test_programme_lead import EVERYBODY
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

TYPED = {
    "family": "complete_leadership_series",
    "title": "Leading with hope",
    "levels": "We",
    "audience": "everyone",
    "provider": "Northfield Learning",
    "attend": "some",
    "sessions": "3",
    "late_entry": "none",
}


def a_code() -> str:
    return f"NEW{uuid4().hex[:6]}"


async def added(lead: httpx.AsyncClient, code: str, **typed: str) -> httpx.Response:
    form = Html(await lead.get("/programmes/new")).form("/programmes/new")
    return await form.send(lead, code=code, **(TYPED | typed))


async def test_a_programme_is_added_changed_retired_and_offered_again(lead: httpx.AsyncClient) -> None:
    code = a_code()
    page = Html(await added(lead, code))
    assert "The programme is offered" in page.words
    assert "3 sessions" in page.words
    edit = f"/programmes/{code}/edit"
    changed = Html(await Html(await lead.get(edit)).form(edit).send(lead, title="Leading with more hope"))
    assert "Leading with more hope" in changed.words
    assert "title from Leading with hope to Leading with more hope" in changed.words
    retire = f"/programmes/{code}/retire"
    retired = Html(await Html(await lead.get(retire)).form(retire).send(lead))
    assert "it is offered no more" in retired.words
    offer = f"/programmes/{code}/offer"
    assert (offer in retired.links, edit in retired.links) == (True, False)
    again = Html(await Html(await lead.get(offer)).form(offer).send(lead))
    assert "The programme is offered: cohorts of it can be opened." in again.words
    assert "it is offered no more" not in again.words
    assert (edit in again.links, "title from" in again.words.partition("Retired")[0]) == (True, False)
    assert "Leading with more hope" in again.words


@pytest.mark.parametrize("code", ["ILM/5", "..", ".", "new", "two words", "é"])
async def test_a_code_that_cannot_stand_in_an_address_is_told_at_its_field_and_loses_nothing(
    lead: httpx.AsyncClient, code: str
) -> None:
    refused = await added(lead, code)
    form = Html(refused).form("/programmes/new")
    assert (refused.status_code, form.value("code"), form.value("title")) == (422, code, TYPED["title"])
    assert "Write the code in letters" in Html(refused).words


async def test_what_is_sent_twice_is_done_once(lead: httpx.AsyncClient) -> None:
    code = a_code()
    form = Html(await lead.get("/programmes/new")).form("/programmes/new")
    for _ in range(2):
        assert (await form.send(lead, code=code, **TYPED)).url.path == f"/programmes/{code}"
    edit = f"/programmes/{code}/edit"
    form = Html(await lead.get(edit)).form(edit)
    twice = [Html(await form.send(lead, title="Changed once")) for _ in range(2)][-1]
    assert twice.words.count("to Changed once") == 1


async def test_a_family_is_written_in_words(lead: httpx.AsyncClient) -> None:
    code = a_code()
    assert "Family nye bevan alumni" in Html(await added(lead, code, family=" Nye Bevan  alumni ")).words
    assert (
        Html(await lead.get(f"/programmes/{code}/edit")).form(f"/programmes/{code}/edit").value("family")
        == "nye_bevan_alumni"
    )


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("sessions", "0", "Enter how many sessions have to be attended, from 1 to 100"),
        ("sessions", "101", "Enter how many sessions have to be attended, from 1 to 100"),
        ("family", "9 lives", "Write it in letters and digits, beginning with a letter"),
        ("award", "?", "Write it in letters and digits, beginning with a letter"),
        ("title", "x" * 201, "Write at most 200 characters"),
        ("code", "no good", "Write the code in letters, digits, dots and dashes"),
    ],
)
async def test_what_cannot_be_taken_is_told_at_its_field_in_plain_words(
    lead: httpx.AsyncClient, field: str, typed: str, words: str
) -> None:
    form = Html(await lead.get("/programmes/new")).form("/programmes/new")
    refused = await form.send(lead, **({"code": a_code()} | TYPED | {field: typed}))
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert words in Html(refused).words
    assert Html(refused).form("/programmes/new").value(field) == typed


@pytest.mark.parametrize(("field", "typed"), [("levels", "Everybody"), ("late_entry", "sometimes")])
async def test_what_is_none_of_the_choices_is_told_without_words_for_programs(
    lead: httpx.AsyncClient, field: str, typed: str
) -> None:
    refused = await added(lead, a_code(), **{field: typed})
    assert (refused.status_code, "Choose one of these" in Html(refused).words) == (422, True)
    assert f'href="#{field}"' in refused.text


@pytest.mark.parametrize("persona", EVERYBODY)
async def test_nobody_else_keeps_programmes(portal: PortalUnderTest, lead: httpx.AsyncClient, persona: str) -> None:
    form = Html(await lead.get("/programmes/new")).form("/programmes/new")
    async with portal.somebody(persona=persona) as other:
        page = Html(await other.get("/programmes"))
        csrf = page.form("/sign-out").value("csrf")
        refused = await form.send(other, **({"csrf": csrf, "code": a_code()} | TYPED))
    assert refused.status_code == 403
    assert [link for link in page.links if link.startswith("/programmes/")] == []


async def test_the_list_tells_what_is_offered_and_what_is_retired(lead: httpx.AsyncClient) -> None:
    offered, retired = sorted([a_code(), a_code()])
    for code in (offered, retired):
        await added(lead, code)
    retire = f"/programmes/{retired}/retire"
    await Html(await lead.get(retire)).form(retire).send(lead)
    words = Html(await lead.get("/programmes")).words
    for code, state in ((offered, "Offered"), (retired, "Retired")):
        assert f"{state} {code} complete leadership series We everyone" in words


async def test_a_code_that_another_programme_has_is_told_beside_what_was_typed(lead: httpx.AsyncClient) -> None:
    code = a_code()
    await added(lead, code)
    refused = await added(lead, code, title="Another")
    assert (refused.status_code, "There is a programme of that code already" in Html(refused).words) == (422, True)
    assert Html(refused).form("/programmes/new").value("title") == "Another"


async def test_what_is_left_out_is_told_all_at_once(lead: httpx.AsyncClient) -> None:
    form = Html(await lead.get("/programmes/new")).form("/programmes/new")
    refused = await form.send(lead, sessions="", attend="some", title="")
    words = Html(refused).words
    assert refused.status_code == 422
    for wanted in ("Enter a code", "Enter a title", "Choose at least one level", "Enter how many sessions"):
        assert wanted in words, wanted


async def test_of_two_who_change_a_programme_the_second_sees_both(lead: httpx.AsyncClient) -> None:
    code = a_code()
    await added(lead, code)
    edit = f"/programmes/{code}/edit"
    form = Html(await lead.get(edit)).form(edit)
    await form.send(lead, title="Theirs")
    stale = Html(await form.send(lead, title="Mine"))
    assert "Somebody else changed this" in stale.words
    assert "Theirs" in stale.words
    assert "The programme was changed." in Html(await stale.form(edit).send(lead)).words


@pytest.mark.parametrize("code", ["nothing-here", "..%2fcohorts"])
async def test_a_programme_that_is_not_there_is_a_page(lead: httpx.AsyncClient, code: str) -> None:
    assert (await lead.get(f"/programmes/{code}")).status_code == 404


async def test_a_programme_is_told_in_words(lead: httpx.AsyncClient) -> None:
    award = {"sessions": "1", "awarding_body": "The body", "award": "an award"}
    words = Html(await added(lead, a_code(), **award)).words
    assert "Completed by 1 session " in words
    assert "Award The body, an award" in words
