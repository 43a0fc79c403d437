"""The talent pools: figures, the same as CSV, and who is in them."""

import httpx
import pytest

from tests.service.talent.builders import join
from tests.support.portals import PortalUnderTest


async def members_page(portal: PortalUnderTest, persona: str, **filters: str) -> httpx.Response:
    async with portal.somebody(persona=persona) as visitor:
        return await visitor.get("/pools/members", params=filters)


async def test_exact_counts_are_for_those_who_plan(portal: PortalUnderTest) -> None:
    await join(portal.services["talent"], 0, professional_group="CMO")
    async with portal.somebody(persona="talent-lead") as lead:
        page = await lead.get("/pools", params={"audience": "internal"})
    assert page.status_code == 200
    for told in ("Exact counts", "Ready now", "Herefordshire and Worcestershire", "in the pools"):
        assert told in page.text
    async with portal.somebody(persona="participant") as other:
        assert (await other.get("/pools", params={"audience": "internal"})).status_code == 403


@pytest.mark.parametrize("persona", ["talent-lead", "participant"])
async def test_what_is_published_is_for_everybody_who_signed_in(portal: PortalUnderTest, persona: str) -> None:
    async with portal.somebody(persona=persona) as visitor:
        page = await visitor.get("/pools")
    assert page.status_code == 200
    assert "Exact counts as at" not in page.text


async def test_the_csv_has_the_numbers_of_the_page(portal: PortalUnderTest) -> None:
    await join(portal.services["talent"])
    async with portal.somebody(persona="talent-lead") as lead:
        answer = await lead.get("/pools.csv", params={"audience": "internal"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.lstrip("\ufeff").startswith("readiness,professional_group,system,service_type,people")


async def test_members_are_found_by_system_and_readiness(portal: PortalUnderTest) -> None:
    talent = portal.services["talent"]
    await join(talent, 0, name="Wanda Wanted", system="QJM")
    await join(talent, 24, name="Rita Later", system="QJM")
    await join(talent, 0, name="Elsa Elsewhere", system="QNC")
    page = await members_page(portal, "talent-lead", system="QJM", readiness="ready_now")
    assert "Wanda Wanted" in page.text
    assert "Rita Later" not in page.text
    assert "Elsa Elsewhere" not in page.text
    assert '<option value="QJM" selected' in page.text


async def test_a_system_lead_sees_their_own_people(portal: PortalUnderTest) -> None:
    talent = portal.services["talent"]
    await join(talent, name="Nora Near", system="QGH")
    await join(talent, name="Fay Far", system="QUA")
    page = await members_page(portal, "system-lead")
    assert "Nora Near" in page.text
    assert "Fay Far" not in page.text


async def test_where_nobody_is_like_that_it_says_what_to_do(portal: PortalUnderTest) -> None:
    page = await members_page(portal, "talent-lead", system="QWU", readiness="between")
    assert "Nobody in the pools is like that." in page.text


@pytest.mark.parametrize("persona", ["participant", "programme-lead", "ops"])
async def test_names_are_for_nobody_else(portal: PortalUnderTest, persona: str) -> None:
    assert (await members_page(portal, persona)).status_code == 403
