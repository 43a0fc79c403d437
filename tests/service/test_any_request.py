"""No body, query or header that can be built from a service's OpenAPI document makes it fail or spoils what it holds.

`make fuzz` draws more, from another start each time (FUZZ_EXAMPLES, FUZZ_START).
"""

import os
import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from typing import Any
from uuid import UUID

import pytest
from httpx import Response

from shared.contracts.enrolment.contacts import ContactChanged
from shared.ids import new_id
from shared.web.headers import HEADERS
from shared.web.principal import ROLES
from shared.web.problems import MEDIA_TYPE
from tests.service.coaching.builders import an_entry
from tests.service.enrolment.enrolment import AFTER, NOW, EnrolmentService, a_learner, a_programme
from tests.service.talent.builders import a_member
from tests.support.academies import all_services, app_of
from tests.support.packages import SERVICES
from tests.support.requests import Request, drawn, operations
from tests.support.services import ServiceUnderTest
from tests.support.tokens import Signer

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "50"))
START = int(os.environ.get("FUZZ_START", "1"))

_OF_EACH = ("/v1/operations", "/v1/codes")
"""Routes every service has are the same code: they are tried on enrolment."""

_MOMENT = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d[^"]*)"')

OPERATIONS = [
    pytest.param(name, operation, id=f"{name} {operation.label}")
    for name in SERVICES
    for operation in operations(app_of(name))
    if name == "enrolment" or not operation.path.startswith(_OF_EACH)
]


@pytest.fixture(scope="module")
async def running(postgres_admin: str, signer: Signer) -> AsyncGenerator[dict[str, ServiceUnderTest]]:
    async with all_services(postgres_admin, signer) as running:
        yield running


@pytest.fixture(scope="module")
async def known(running: dict[str, ServiceUnderTest]) -> Mapping[str, Any]:
    """What is right in a small academy, by the name of the parameter or field."""
    academy = EnrolmentService(running["enrolment"])
    (person,) = await academy.people(1)
    code = await academy.programme()
    cohort = await academy.cohort()
    session = await academy.session(cohort)
    enrolment = (await academy.enrol(cohort, person)).json()["enrolment_id"]
    lead = running["coaching"].as_("programme_lead", at=NOW)
    entered = await lead.put(f"/v1/practitioners/{person}", json=an_entry())
    asked = await lead.post("/v1/requests", json={"person_id": str(person), "form": "coaching"})
    joined = await running["talent"].as_("talent_lead", at=AFTER).put(f"/v1/members/{person}", json=a_member())
    assert (entered.status_code, asked.status_code, joined.status_code) == (201, 201, 201)
    recording = {"recording_url": "https://films.example.org/1"}
    recorded = await academy.lead(AFTER).post(f"/v1/sessions/{session['session_id']}/recording", json=recording)
    contact = ContactChanged(effective_at=NOW, person_id=person, name="Asha Patel", email="asha@example.org")
    await running["notifications"].receive(contact)
    return (
        a_learner()
        | an_entry()
        | a_member()
        | a_programme()
        | {
            "programme_code": code,
            "seats": 20,
            "places": 20,
            "licences": 20,
            "opens_at": "2020-09-01T08:00:00Z",
            "closes_at": "2021-03-31T00:00:00Z",
            "starts_at": "2020-10-12T10:00:00+01:00",
            "ends_at": "2020-10-12T11:00:00Z",
            "from": "2020-04-01",
            "to": "2021-03-31",
            "as_at": "2020-09-30",
            "topic": "enrolment.learners",
            "reason": "other",
            "code_list": "systems",
            "on": "2020-10-01",
            "month": "2020-10",
            "join_url": "https://rooms.example.org/1",
            "recording_url": "https://films.example.org/1",
            "person_id": str(person),
            "code": code,
            "cohort_id": cohort,
            "session_id": session["session_id"],
            "join_ref": session["join_ref"],
            "recording_ref": recorded.json()["recording_ref"],
            "enrolment_id": enrolment,
            "relationship_id": asked.json()["relationship_id"],
            "message_id": str(new_id()),
        }
    )


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
async def test_no_request_makes_a_service_fail(
    running: dict[str, ServiceUnderTest], known: Mapping[str, Any], name: str, operation: Any
) -> None:
    client = running[name].as_(*ROLES, person_id=UUID(known["person_id"]), systems=["QGH"], at=AFTER)
    failed: list[tuple[Request, str]] = []
    listed = _listed(name, operation)
    unlisted: set[tuple[str, str]] = set()
    headed: list[str] = []
    headers = _listed_headers(name, operation)
    statuses: set[int] = set()
    for request in drawn(operation, known, examples=EXAMPLES, start=START):
        answer = await client.request(
            request.method, request.url, params=request.query, headers=request.headers, content=request.body
        )
        statuses.add(answer.status_code)
        assert _moments_not_in_utc(answer) == []
        headed += _headed_otherwise(answer, headers.get(str(answer.status_code), set()))
        if not (answer.is_success or answer.is_redirect or _is_refused(answer)):
            failed.append((request, answer.text))
        elif answer.is_client_error:
            unlisted |= {_told(answer)} - listed
    assert failed == []
    assert unlisted == set()
    assert headed == []
    assert statuses - {400, 422}, "no request came past the door"


def _moments_not_in_utc(answer: Response) -> list[str]:
    """Moments are told in UTC, whatever came in: `2020-10-12T09:00:00Z`."""
    return [told for told in _MOMENT.findall(answer.text) if not told.endswith("Z")]


def _told(answer: Response) -> tuple[str, str]:
    return str(answer.status_code), answer.json()["code"]


def _listed(name: str, operation: Any) -> set[tuple[str, str]]:
    """Status and code of each refusal that the document lists for the operation, and of a path that leads elsewhere."""
    document = app_of(name).openapi()
    answers = document["paths"][operation.path][operation.method]["responses"]
    codes = {(status, code) for status, told in answers.items() for code in _codes(document, told)}
    return codes | {("404", "not_found"), ("405", "method_not_allowed")}


def _listed_headers(name: str, operation: Any) -> Mapping[str, set[str]]:
    """By status, as the document lists them for the operation."""
    document = app_of(name).openapi()
    shared = document["components"]["responses"]
    answers = document["paths"][operation.path][operation.method]["responses"]
    told = {status: shared.get(answer.get("$ref", "").rpartition("/")[2], answer) for status, answer in answers.items()}
    return {status: set(answer.get("headers", ())) for status, answer in told.items()}


def _headed_otherwise(answer: Response, listed: set[str]) -> list[str]:
    """Headers that are answered and not listed, or listed and not answered; of pages the last has no `Link`."""
    told = {name for name in HEADERS if name in answer.headers and answer.headers[name] != "no-store"}
    wrong = (told - listed) | (listed - told - {"Link"})
    return [f"{answer.status_code}: {name}" for name in sorted(wrong)]


def _codes(document: Mapping[str, Any], told: Mapping[str, Any]) -> Iterable[str]:
    shared = document["components"]["responses"].get(told.get("$ref", "").rpartition("/")[2], {})
    return shared.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})


def _is_refused(answer: Response) -> bool:
    """A clear word on what is wrong; that there is no Kafka here is one of them."""
    told = answer.headers["content-type"] == MEDIA_TYPE
    return told and (answer.is_client_error or answer.json()["code"] == "topic_unread")


@pytest.mark.parametrize("name", SERVICES)
async def test_afterwards_every_list_and_report_can_be_read(
    running: dict[str, ServiceUnderTest], known: Mapping[str, Any], name: str
) -> None:
    client = running[name].as_(*ROLES, person_id=UUID(known["person_id"]), systems=["QGH"])
    lists = [o for o in operations(app_of(name)) if o.method == "get" and not o.path_parameters]
    span = {"from": "2000-01-01", "to": "2100-12-31"}
    ever = span | {"audience": "internal"}
    queries = {
        "/v1/learners": {"name": "asha"},
        "/v1/learners/names": {"id": known["person_id"]},
        "/v1/learners/holders": {"email": "nobody@example.org"},
        "/v1/reports/reach": ever,
        "/v1/reports/reach/lines.csv": ever,
        "/v1/reports/organisations": span,
        "/v1/reports/organisations/lines.csv": span,
        "/v1/reports/pools": {"audience": "internal"},
        "/v1/reports/pools/lines.csv": {"audience": "internal"},
    }
    answers = [await client.get(o.path, params=queries.get(o.path)) for o in lists]

    assert lists
    assert [(str(a.url), a.text) for a in answers if a.status_code != 200] == []
