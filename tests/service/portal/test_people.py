"""People in the hands of a programme lead: found, looked at, added, changed."""

from uuid import uuid4

import httpx
import pytest

from services.enrolment.places.events import LearnerEnrolled
from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.service.portal.builders_enrolment import a_name, somebody
from tests.support.html import Html, HtmlForm
from tests.support.portals import PortalUnderTest

STRANGERS = ("participant", "session-facilitator", "coach", "talent-lead", "ops", "information-governance")
"""Who keeps no records of others."""


async def test_before_anything_is_asked_for_nobody_is_shown(lead: httpx.AsyncClient) -> None:
    page = Html(await lead.get("/people"))
    assert "Type a name, an address or choose an organisation" in page.words
    assert not [link for link in page.links if link.startswith("/people/0")]


@pytest.mark.parametrize("by", ["name", "email", "organisation"])
async def test_somebody_is_found_and_their_organisation_stands_in_words(
    enrolment: EnrolmentService, lead: httpx.AsyncClient, by: str
) -> None:
    name = a_name()
    person = await somebody(enrolment, name=name, system="QHL")
    asked = {"name": name, "email": f"{person}@example.org", "organisation": "QHL01"}
    page = Html(await Html(await lead.get("/people")).form("/people").send(lead, **{by: asked[by]}))
    assert f"/people/{person}" in page.links
    assert name in page.words
    assert "QHL01" not in page.words
    assert page.form("/people").value(by) == asked[by]
    assert by == "organisation" or "1 person" in page.words


async def test_what_cannot_be_searched_for_says_why_and_stays(lead: httpx.AsyncClient) -> None:
    page = await lead.get("/people", params={"email": "no address"})
    assert (page.status_code, "There is a problem" in Html(page).words) == (422, True)
    assert Html(page).form("/people").value("email") == "no address"
    assert "Nobody is like that." in Html(await lead.get("/people", params={"name": a_name()})).words


async def test_a_long_list_of_people_goes_on_and_keeps_what_was_asked(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    name = a_name()
    await enrolment.people(51, name=name)
    page = Html(await lead.get("/people", params={"name": name}))
    assert "51 people" in page.words
    [further] = [link for link in page.links if "after=" in link]
    assert len([link for link in Html(await lead.get(further)).links if link.startswith("/people/0")]) == 1


async def test_a_person_stands_in_words_with_their_places(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    person, cohort = await somebody(enrolment, name="Zadie Marlowe"), await enrolment.cohort(title="At a glance")
    await enrolment.session(cohort)
    await enrolment.enrol(cohort, person)
    page = Html(await lead.get(f"/people/{person}"))
    assert page.title.startswith("Zadie Marlowe")
    for words in (f"{person}@example.org", "Band 6", "Female", "At a glance", "Confirmed", "Monday 12 October 2020"):
        assert words in page.words
    assert "Monday 5 October 2020" in page.words, "until when a place is given up in time"
    assert f"/cohorts/{cohort}" in page.links
    [withdraw] = [link for link in page.links if link.endswith("/withdraw")]
    assert "Withdraw Zadie Marlowe" in Html(await lead.get(withdraw)).words


async def test_who_waits_has_a_rank_and_who_has_no_place_is_offered_one(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, _ = await enrolment.full_cohort(1)
    person = await somebody(enrolment)
    assert "They have no place, and wait for none." in Html(await lead.get(f"/people/{person}")).words
    await enrolment.wait_for(cohort, person)
    assert "Waiting 1" in Html(await lead.get(f"/people/{person}")).words


async def test_mails_that_are_not_to_be_seen_do_not_take_the_page_down(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    page = await lead.get(f"/people/{await somebody(enrolment)}")
    assert page.status_code == 200
    assert "What was sent to a person is not for you to see." in Html(page).words


async def test_whoever_may_sees_what_was_sent(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    person, cohort = await somebody(enrolment), await enrolment.cohort()
    await enrolment.enrol(cohort, person)
    [enrolled] = [event for event in await enrolment.announced(LearnerEnrolled) if event.person_id == person]
    await portal.services["notifications"].receive(enrolled)
    async with portal.somebody(person_id=person) as themselves:
        assert "A place is confirmed Not sent yet" in Html(await themselves.get(f"/people/{person}")).words


@pytest.mark.parametrize("persona", STRANGERS)
async def test_nobody_else_finds_people(portal: PortalUnderTest, enrolment: EnrolmentService, persona: str) -> None:
    person = await somebody(enrolment)
    async with portal.somebody(persona=persona) as other:
        assert (await other.get("/people", params={"name": "Asha"})).status_code == 403
        assert (await other.get(f"/people/{person}")).status_code in {403, 404}


async def test_a_region_lead_reads_a_person_and_is_offered_nothing_that_is_refused(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    person = await somebody(enrolment)
    await enrolment.enrol(await enrolment.cohort(), person)
    async with portal.somebody(persona="region-lead") as region:
        page = Html(await region.get(f"/people/{person}"))
        assert not {f"/people/{person}/edit", "/people"} & set(page.links)
        assert [link for link in page.links if link.endswith("/withdraw")] == []


async def test_who_is_not_there_is_a_page(lead: httpx.AsyncClient) -> None:
    for path in (f"/people/{uuid4()}", "/people/nobody"):
        assert (await lead.get(path)).status_code == 404


async def adding(lead: httpx.AsyncClient, **given: str) -> tuple[HtmlForm, dict[str, str]]:
    """The form to add somebody new, and what is to be typed into it."""
    form = Html(await lead.get("/people/new")).form("/people/new")
    return form, a_learner(name=a_name(), email=f"{uuid4()}@example.org", **given)


async def test_somebody_is_added_once_however_often_the_form_is_sent(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    form, told = await adding(lead)
    added = await form.send(lead, **told)
    assert "They were added, and can be enrolled." in Html(added).words
    assert Html(added).title.startswith(told["name"])
    assert str((await form.send(lead, **told)).url) == str(added.url)
    assert "1 person" in Html(await lead.get("/people", params={"name": told["name"]})).words


@pytest.mark.parametrize("shares_an_address", [False, True])
async def test_a_form_that_was_done_with_other_answers_says_so_and_can_be_sent(
    enrolment: EnrolmentService, lead: httpx.AsyncClient, *, shares_an_address: bool
) -> None:
    form, told = await adding(lead)
    if shares_an_address:
        await form.send(lead, **told)
        form, _ = await adding(lead)
        form = Html(await form.send(lead, **told)).form("/people/new")
        told = told | {"is": "another"}
    await form.send(lead, **told)
    page = Html(await form.send(lead, **told | {"name": "Somebody Else"}))
    assert "You sent this before with other answers, and that was done." in page.words
    assert "Idempotency-Key" not in page.words
    again = page.form("/people/new")
    assert again.value("name") == "Somebody Else"
    assert again.value("idempotency_key") != form.value("idempotency_key")


async def test_what_was_done_is_told_once_on_the_page_of_it_and_by_no_address(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    other = await somebody(enrolment)
    form, told = await adding(lead)
    lead.follow_redirects = False
    place = (await form.send(lead, **told)).headers["location"]
    assert "They were added" not in Html(await lead.get(f"/people/{other}")).words
    assert ["They were added" in Html(await lead.get(place)).words for _ in range(2)] == [True, False]
    assert "Success" not in Html(await lead.get(f"{place}?did=person-added")).words


async def test_what_is_left_out_is_asked_for_and_the_rest_stays(lead: httpx.AsyncClient) -> None:
    form, told = await adding(lead)
    page = await form.send(lead, **told | {"band": "", "name": ""})
    assert (page.status_code, "Choose their pay band" in Html(page).words) == (422, True)
    assert Html(page).form("/people/new").value("email") == told["email"]
    assert Html(page).form("/people/new").value("organisation") == "QGH01"


async def test_what_the_service_refuses_stands_at_its_field(lead: httpx.AsyncClient) -> None:
    form, told = await adding(lead)
    page = Html(await form.send(lead, **told | {"phone": "none", "system": "QHL"}))
    assert "This is no telephone number" in page.words
    assert page.form("/people/new").value("phone") == "none"


async def test_whoever_is_known_under_the_address_is_shown_before_somebody_is_added_twice(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    known = await somebody(enrolment, name="Known Already")
    form, told = await adding(lead)
    asked = await form.send(lead, **told | {"email": f"{known}@example.org"})
    page = Html(asked)
    assert (asked.status_code, f"/people/{known}" in page.links) == (422, True)
    assert "Known Already" in page.words
    again = page.form("/people/new")
    assert again.value("name") == told["name"]
    added = await again.send(lead, **{"is": "another"})
    assert Html(added).title.startswith(told["name"])
    assert str((await again.send(lead, **{"is": "another"})).url) == str(added.url)
    assert "2 people" in Html(await lead.get("/people", params={"email": f"{known}@example.org"})).words


async def test_whoever_gave_the_address_for_themselves_is_shown_too(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    person, address = await somebody(enrolment), f"{uuid4()}@example.org"
    async with portal.somebody(person_id=person) as themselves:
        form = Html(await themselves.get("/my/details/edit")).form("/my/details/edit")
        assert (await form.send(themselves, email=address)).url.path == "/my/details"
    form, told = await adding(lead)
    page = Html(await form.send(lead, **told | {"email": address}))
    assert "Somebody is known under this e-mail address" in page.words
    assert f"/people/{person}" in page.links


async def test_a_record_is_changed(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    path = f"/people/{await somebody(enrolment)}"
    assert f"{path}/edit" in Html(await lead.get(path)).links
    form = Html(await lead.get(f"{path}/edit")).form(f"{path}/edit")
    assert "Enter their name" in Html(await form.send(lead, name="")).words
    saved = Html(await form.send(lead, name="Asha Kaur", band="7"))
    assert "Their details were saved." in saved.words
    assert "Band 7" in saved.words


async def test_of_two_changes_of_a_record_the_second_shows_both_and_leaves_the_choice(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    path = f"/people/{await somebody(enrolment)}"
    form = Html(await lead.get(f"{path}/edit")).form(f"{path}/edit")
    await form.send(lead, name="Of theirs", band="7")
    stale = await form.send(lead, name="Of mine")
    page = Html(stale)
    assert (stale.status_code, "Somebody else changed this" in page.words) == (422, True)
    assert "Name Of theirs Of mine" in page.words
    assert "Pay band Band 7 Band 6" in page.words
    again = page.form(f"{path}/edit")
    assert again.value("name") == "Of mine"
    assert "Their details were saved." in Html(await again.send(lead)).words


@pytest.mark.parametrize("etag", ['"é"', '"a\r\nX-Other: 1"', "", "garbage", "*", 'W/"1"'])
async def test_what_cannot_be_the_etag_of_a_record_saves_over_nothing_and_loses_nothing(
    enrolment: EnrolmentService, lead: httpx.AsyncClient, etag: str
) -> None:
    path = f"/people/{await somebody(enrolment)}"
    form = Html(await lead.get(f"{path}/edit")).form(f"{path}/edit")
    page = await form.send(lead, name="Typed", etag=etag)
    assert (page.status_code, Html(page).form(f"{path}/edit").value("name")) == (422, "Typed")
    assert "Typed" not in Html(await lead.get(path)).words


@pytest.mark.parametrize("persona", [*STRANGERS, "system-lead", "region-lead"])
async def test_nobody_else_fills_in_what_they_may_not_send(
    portal: PortalUnderTest, enrolment: EnrolmentService, persona: str
) -> None:
    """The last button would say so, and what was typed would be lost."""
    path = f"/people/{await somebody(enrolment)}"
    async with portal.somebody(persona=persona) as other:
        for page in ("/people", "/people/new", "/people/paste", f"{path}/edit"):
            assert (await other.get(page)).status_code == 403


@pytest.mark.parametrize("persona", [*STRANGERS, "system-lead"])
async def test_nobody_else_adds_or_changes_people(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient, persona: str
) -> None:
    """Also not by a form that they made themselves."""
    path = f"/people/{await somebody(enrolment)}"
    form, told = await adding(lead)
    edited = Html(await lead.get(f"{path}/edit")).form(f"{path}/edit")
    async with portal.somebody(persona=persona) as other:
        csrf = Html(await other.get("/")).form("/sign-out").value("csrf")
        assert (await form.send(other, **told, csrf=csrf)).status_code == 403
        assert (await edited.send(other, csrf=csrf)).status_code in {403, 404}
