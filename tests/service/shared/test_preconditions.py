"""`If-Match` on every PUT that creates or edits, in every service."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from tests.service.coaching.builders import YEAR_END, an_entry
from tests.service.enrolment.enrolment import a_learner, a_programme
from tests.service.talent.builders import a_member
from tests.support.databases import connected, fresh_database
from tests.support.services import problem, serving
from tests.support.tokens import Signer


@dataclass(frozen=True, slots=True)
class Record:
    """A kind of record that is put under a key of the caller's choice."""

    service: str
    path: str
    key: Callable[[], object]
    body: Callable[..., dict[str, Any]]
    changed: dict[str, Any]


RECORDS = (
    Record("enrolment", "/v1/learners", new_id, a_learner, {"band": "7"}),
    Record("enrolment", "/v1/programmes", lambda: "CLS7", a_programme, {"title": "Another"}),
    Record("coaching", "/v1/practitioners", new_id, an_entry, {"email": "c.reid@example.nhs.uk"}),
    Record("talent", "/v1/members", new_id, a_member, {"system": "QHL"}),
)
LEADS = ("programme_lead", "talent_lead")


@dataclass(slots=True)
class Putting:
    """One record of a kind, put again and again."""

    client: httpx.AsyncClient
    record: Record
    address: str

    async def put(self, if_match: str | None = None, **changed: Any) -> httpx.Response:
        headers = {} if if_match is None else {"If-Match": if_match}
        return await self.client.put(self.address, json=self.record.body(**changed), headers=headers)


@pytest.fixture(params=RECORDS, ids=lambda record: record.path)
async def putting(request: pytest.FixtureRequest, postgres_admin: str, signer: Signer) -> AsyncGenerator[Putting]:
    record = request.param
    async with (
        fresh_database(postgres_admin, record.service) as address,
        connected(address) as db,
        serving(import_module(f"services.{record.service}.app").service, db, signer) as service,
    ):
        await service.clock.advance_to(YEAR_END)
        yield Putting(service.as_(*LEADS), record, f"{record.path}/{record.key()}")


@pytest.mark.parametrize("if_match", ['"7"', "*", 'W/"1"'])
async def test_a_precondition_on_a_record_that_does_not_exist_fails_and_creates_nothing(
    putting: Putting, if_match: str
) -> None:
    assert problem(await putting.put(if_match)) == (412, "stale_etag")
    assert (await putting.put()).status_code == 201


@pytest.mark.parametrize("if_match", ['"1"', "*", '"0", "1"', 'W/"1", "1"'])
async def test_a_precondition_that_holds_lets_the_edit_pass(putting: Putting, if_match: str) -> None:
    await putting.put()
    answer = await putting.put(if_match, **putting.record.changed)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [
        (None, (428, "if_match_missing")),
        ('W/"1"', (412, "stale_etag")),
        ('"9"', (412, "stale_etag")),
        (f'"{"1" * 5_000}"', (412, "stale_etag")),
        ("1" * 5_000, (400, "if_match_unusable")),
    ],
)
async def test_an_edit_without_one_that_holds_is_refused(
    putting: Putting, if_match: str | None, expected: tuple[int, str]
) -> None:
    await putting.put()
    assert problem(await putting.put(if_match, **putting.record.changed)) == expected


@pytest.mark.parametrize("if_match", ['W/"1"', '"9"'])
async def test_what_is_stored_already_may_be_said_again_whatever_the_precondition(
    putting: Putting, if_match: str
) -> None:
    """RFC 9110, 13.1.1: the change asked for has been made already."""
    await putting.put()
    answer = await putting.put(if_match)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
