"""What is told of a cohort in lists: its mails, and its places as a file."""

from uuid import UUID, uuid4

import httpx
import pytest

from services.enrolment.places.events import LearnerEnrolled
from tests.service.enrolment.enrolment import EnrolmentService
from tests.service.portal.files import rows_of
from tests.support.html import Html
from tests.support.portals import PortalUnderTest

STRANGERS = ("participant", "system-lead", "session-facilitator", "coach", "talent-lead", "ops")


async def a_told_cohort(portal: PortalUnderTest, enrolment: EnrolmentService) -> tuple[str, UUID]:
    """With one place, whose holder is to be told."""
    cohort = await enrolment.cohort(title=f"Told {uuid4()}")
    [person] = await enrolment.people(1, name="Zadie Marlowe")
    await enrolment.enrol(cohort, person)
    [enrolled] = [event for event in await enrolment.announced(LearnerEnrolled) if event.person_id == person]
    await portal.services["notifications"].receive(enrolled)
    return cohort, person


async def test_who_got_which_mail_stands_by_name_and_in_words(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, person = await a_told_cohort(portal, enrolment)
    assert f"/cohorts/{cohort}/messages" in Html(await lead.get(f"/cohorts/{cohort}")).links
    page = Html(await lead.get(f"/cohorts/{cohort}/messages"))
    assert "1 mail" in page.words
    assert "Zadie Marlowe A place is confirmed Not sent yet" in page.words
    assert f"/people/{person}" in page.links


async def test_mails_are_chosen_by_their_state(
    portal: PortalUnderTest, enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, _ = await a_told_cohort(portal, enrolment)
    path = f"/cohorts/{cohort}/messages"
    none = Html(await Html(await lead.get(path)).form(path).send(lead, state="sent"))
    assert "No mail is in that state." in none.words
    assert none.form(path).value("state") == "sent"
    assert "1 mail" in Html(await none.form(path).send(lead, state="created")).words


async def test_before_anybody_is_told_the_page_of_mails_says_so(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    page = Html(await lead.get(f"/cohorts/{await enrolment.cohort()}/messages"))
    assert "Nobody was written to yet." in page.words


async def test_information_governance_sees_that_mails_were_sent_and_no_names(
    portal: PortalUnderTest, enrolment: EnrolmentService
) -> None:
    cohort, person = await a_told_cohort(portal, enrolment)
    async with portal.somebody(persona="information-governance") as governance:
        words = Html(await governance.get(f"/cohorts/{cohort}/messages")).words
    assert str(person) in words
    assert "Marlowe" not in words


@pytest.mark.parametrize("persona", STRANGERS)
async def test_nobody_else_sees_the_mails_of_a_cohort(
    portal: PortalUnderTest, enrolment: EnrolmentService, persona: str
) -> None:
    cohort = await enrolment.cohort()
    async with portal.somebody(persona=persona) as other:
        assert (await other.get(f"/cohorts/{cohort}/messages")).status_code == 403


async def test_the_file_has_everybody_in_the_order_of_the_page(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort = await enrolment.cohort(places=2)
    people = [(await enrolment.people(1, name=f"Marlowe {part}"))[0] for part in ("Gone", "Waits", "Came", "Comes")]
    gone = (await enrolment.enrol(cohort, people[0])).json()["enrolment_id"]
    await enrolment.withdraw(gone)
    await enrolment.enrol(cohort, people[2])
    await enrolment.enrol(cohort, people[3])
    await enrolment.wait_for(cohort, people[1])
    page = Html(await lead.get(f"/cohorts/{cohort}"))
    rows = rows_of(await lead.get(f"/cohorts/{cohort}/places.csv"))
    names = [row["Name"] for row in rows]
    assert names == ["Marlowe Came", "Marlowe Comes", "Marlowe Waits", "Marlowe Gone"]
    assert names == sorted(names, key=page.words.index)
    assert [row["State"] for row in rows] == ["Confirmed", "Confirmed", "Waiting", "Withdrawn"]
    assert (rows[2]["Rank"], rows[3]["In time"]) == ("1", "in time")
    assert rows[0]["Asked"] == "2020-09-14 10:00", "as a London clock shows it"
    assert f"/cohorts/{cohort}/places.csv" in page.links


async def test_the_file_has_also_who_does_not_fit_on_the_page(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort = await enrolment.cohort(places=120)
    for person in await enrolment.people(101):
        await enrolment.enrol(cohort, person)
    assert [link for link in Html(await lead.get(f"/cohorts/{cohort}")).links if "after=" in link]
    assert len(rows_of(await lead.get(f"/cohorts/{cohort}/places.csv"))) == 101


async def test_a_name_in_the_file_is_no_formula(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    cohort = await enrolment.cohort()
    [person] = await enrolment.people(1, name="=Zadie")
    await enrolment.enrol(cohort, person)
    [row] = rows_of(await lead.get(f"/cohorts/{cohort}/places.csv"))
    assert row["Name"] == "'=Zadie"


async def test_the_file_is_for_who_may_see_the_places(portal: PortalUnderTest, enrolment: EnrolmentService) -> None:
    cohort = await enrolment.cohort()
    async with portal.somebody(persona="participant") as other:
        assert (await other.get(f"/cohorts/{cohort}/places.csv")).status_code == 403


async def test_of_a_cancelled_cohort_nobody_is_said_to_have_given_up(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    cohort, _ = await enrolment.full_cohort(2)
    await enrolment.lead().post(f"/v1/cohorts/{cohort}/cancellation", json={"reason": "other"})
    words = Html(await lead.get(f"/cohorts/{cohort}")).words
    assert "Who had a place or waited" in words
    assert ("The cohort was cancelled" in words, "In time" in words) == (True, False)
    assert {row["In time"] for row in rows_of(await lead.get(f"/cohorts/{cohort}/places.csv"))} == {
        "the cohort was cancelled"
    }
