"""The event catalogue: pages for people, the files of `docs/events` for programs."""

import httpx
import pytest

from shared.contracts.catalogue import PUBLISHED
from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.topics import TOPICS
from tests.support.portals import PortalUnderTest

TYPE = LearnerEnrolled.event_type()
PROGRAM = {"Accept": "*/*"}


async def test_anybody_finds_every_topic_and_event(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/events/")
    assert page.status_code == 200
    assert [t.name for t in TOPICS if f'id="{t.name}"' not in page.text] == []
    assert [e for e in PUBLISHED if f'href="/events/{e.event_type()}"' not in page.text] == []
    assert "group.id=your-name.reports" in page.text


async def test_an_event_stands_at_its_type(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get(f"/events/{TYPE}")
    assert page.status_code == 200
    assert "enrolment_id" in page.text
    assert "one of self, manager, nomination, team" in page.text
    assert f'href="/events/schemas/{TYPE}.json"' in page.text
    assert "914e065c-2596-52c7-9ac3-71061f372263" in page.text


async def test_there_is_no_page_of_an_event_that_nobody_announces(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(f"/events/{TYPE}0")).status_code == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/events/", "text/markdown; charset=utf-8"),
        ("/events/README.md", "text/markdown; charset=utf-8"),
        ("/events/asyncapi.yaml", "application/yaml"),
        (f"/events/schemas/{TYPE}.json", "application/json"),
        (f"/events/records/{TYPE}.json", "application/json"),
        ("/events/examples/README.md", "text/markdown; charset=utf-8"),
    ],
)
async def test_programs_are_given_the_files(portal: PortalUnderTest, path: str, kind: str) -> None:
    async with httpx.AsyncClient(base_url=portal.address, headers=PROGRAM) as program:
        answer = await program.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize("path", ["/events/nothing.json", "/events/schemas/", "/events/..%2fREADME.md"])
async def test_nothing_else_is_given_out(portal: PortalUnderTest, path: str) -> None:
    async with httpx.AsyncClient(base_url=portal.address, headers=PROGRAM) as program:
        answer = await program.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page")
