"""The event catalogue: pages for people, the files of `docs/events` for programs."""

from urllib.parse import urljoin
from uuid import uuid4

import httpx
import pytest
import yaml

from shared.contracts.catalogue import DESCRIBED, PUBLISHED
from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.envelope import source_of
from shared.contracts.topics import TOPICS
from shared.messaging.wire import HeaderEncoder
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


@pytest.mark.parametrize("kind", sorted(DESCRIBED))
async def test_the_schema_that_a_record_names_is_there(portal: PortalUnderTest, kind: str) -> None:
    encoder = HeaderEncoder(source_of("enrolment", "development"), public_url=portal.address)
    row = {"event_id": uuid4(), "type": kind, "key": "k", "version": 1, "headers": "{}"}
    named = dict(encoder.of(row))["ce_dataschema"].decode()
    async with httpx.AsyncClient(headers=PROGRAM) as program:
        schema = (await program.get(named)).raise_for_status().json()
    assert urljoin(named, schema["$id"]) == named
    assert "effective_at" in schema["required"]


async def test_what_tools_and_subscribers_read_is_what_it_says(portal: PortalUnderTest) -> None:
    async with httpx.AsyncClient(base_url=portal.address, headers=PROGRAM) as program:
        assert (await program.get("/events/")).text.startswith("# Event catalogue")
        assert yaml.safe_load((await program.get("/events/asyncapi.yaml")).text)["asyncapi"].startswith("3.")
        assert (await program.get("/events/examples/README.md")).text.startswith("# Consumers to copy")


@pytest.mark.parametrize("path", ["/events/nothing.json", "/events/schemas/", "/events/..%2fREADME.md"])
async def test_nothing_else_is_given_out(portal: PortalUnderTest, path: str) -> None:
    async with httpx.AsyncClient(base_url=portal.address, headers=PROGRAM) as program:
        answer = await program.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page")
