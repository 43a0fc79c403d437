"""The code lists of every service."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, get_args

import pytest

from services.coaching.register.api import codes as register
from services.coaching.register.domain.codes import Half, Kind
from services.coaching.register.domain.practitioners import Origin
from services.coaching.relationships.api import codes as relationships
from services.coaching.relationships.domain.relationships import Form, Reason
from services.coaching.relationships.domain.relationships import State as Stands
from services.enrolment.attendance.api import codes as attendance
from services.enrolment.attendance.domain.registers import Mode
from services.enrolment.catalogue.api import codes as catalogue
from services.enrolment.catalogue.domain.programmes import LateEntry, Level
from services.enrolment.people.api import codes as people
from services.enrolment.people.domain.learners import Gender
from services.enrolment.places.api import codes as places
from services.enrolment.places.domain.enrolments import Method, State
from services.notifications.messages.api import codes as messages
from services.notifications.messages.domain.messages import Purpose, Silence
from services.notifications.messages.domain.messages import State as Sent
from services.talent.pools.api import codes as pools
from services.talent.pools.domain.assessments import Readiness
from services.talent.pools.domain.evidence import Kind as Evidence
from shared.postgres.database import Transaction
from shared.web.principal import ROLES
from tests.support.academies import all_services
from tests.support.packages import SERVICES
from tests.support.services import Client, ServiceUnderTest, problem
from tests.support.tokens import Signer

every_service = pytest.mark.parametrize("name", SERVICES)

SYSTEMS = ["QGH", "QHL", "QJ2", "QJM", "QK1", "QNC", "QOC", "QPM", "QT1", "QUA", "QWU"]


@pytest.fixture(scope="module")
async def running(postgres_admin: str, signer: Signer) -> AsyncGenerator[dict[str, ServiceUnderTest]]:
    async with all_services(postgres_admin, signer) as running:
        yield running


async def _items(client: Client, path: str) -> list[dict[str, Any]]:
    """Of all pages."""
    items: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = await client.get(path, params={"limit": 100, **after})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next"] is None:
            return items
        after = {"after": answer.json()["next"]}


@every_service
async def test_every_list_there_is_has_codes_with_words_each_once(
    running: dict[str, ServiceUnderTest], name: str
) -> None:
    client = running[name].as_("learner")
    lists = (await client.get("/v1/codes")).json()
    assert lists["items"]
    for listed in lists["items"]:
        codes = await _items(client, f"/v1/codes/{listed['name']}")
        assert codes, listed
        assert all(code["code"] and code["words"] for code in codes)
        assert len({code["code"] for code in codes}) == len(codes)


@pytest.mark.parametrize("role", ROLES)
async def test_whoever_has_a_role_may_read(running: dict[str, ServiceUnderTest], role: str) -> None:
    assert (await running["talent"].as_(role).get("/v1/codes/readiness")).status_code == 200


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "notifications"])
async def test_the_systems_are_the_same_wherever_they_are_read(running: dict[str, ServiceUnderTest], name: str) -> None:
    found = await _items(running[name].as_("service"), "/v1/codes/systems")
    assert [code["code"] for code in found] == SYSTEMS
    assert found[0] == {
        "code": "QGH",
        "words": "Herefordshire and Worcestershire",
        "valid_from": "2020-04-01",
        "valid_to": None,
        "successors": [],
    }


async def test_a_list_is_told_as_it_is_on_a_day_with_what_came_after(running: dict[str, ServiceUnderTest]) -> None:
    talent = running["talent"]
    await talent.db.run(_merge)
    client = talent.as_("region")

    async def there(day: str) -> dict[str, list[str]]:
        answer = await client.get("/v1/codes/systems", params={"on": day})
        return {code["code"]: code["successors"] for code in answer.json()["items"] if code["code"] in {"OLD", "NEW"}}

    assert await there("2024-03-31") == {"OLD": ["NEW"]}
    assert await there("2024-04-01") == {"NEW": []}
    assert problem(await client.get("/v1/codes/systems?on=soon")) == (422, "malformed_body")
    await talent.db.run(_unmerge)


async def _merge(tx: Transaction) -> None:
    await tx.execute(
        "insert into system_area (code, name, valid_from, valid_to, successor)"
        " values ('OLD', 'An area', '2000-01-01', '2024-04-01', 'NEW'), ('NEW', 'Larger', '2024-04-01', null, null)"
    )


async def _unmerge(tx: Transaction) -> None:
    await tx.execute("delete from system_area where code in ('OLD', 'NEW')")


async def test_bands_come_in_their_order_and_organisations_in_pages(running: dict[str, ServiceUnderTest]) -> None:
    client = running["enrolment"].as_("manager")
    bands = (await client.get("/v1/codes/bands?limit=6")).json()
    rest = (await client.get(f"/v1/codes/bands?after={bands['next']}")).json()
    assert [code["code"] for code in bands["items"]] == ["2", "3", "4", "5", "6", "7"]
    assert [code["code"] for code in rest["items"]] == ["8a", "8b", "8c", "8d", "9", "VSM", "MD", "OTH"]
    assert problem(await client.get("/v1/codes/bands?after=10")) == (400, "cursor_unusable")
    assert len(await _items(client, "/v1/codes/organisations")) > 100


async def test_an_answer_may_be_kept_and_asked_for_again_by_its_etag(running: dict[str, ServiceUnderTest]) -> None:
    client = running["enrolment"].as_("provider", organisation="Northfield Learning")
    first = await client.get("/v1/codes/bands")
    assert first.headers["cache-control"] == "private, max-age=3600"
    for kept in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
        again = await client.get("/v1/codes/bands", headers={"If-None-Match": kept})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    changed = await client.get("/v1/codes/bands?limit=3", headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, len(changed.json()["items"])) == (200, 3)


async def test_a_list_that_is_not_there_is_answered_with_those_that_are(running: dict[str, ServiceUnderTest]) -> None:
    answer = await running["talent"].as_("learner").get("/v1/codes/bands")
    assert problem(answer) == (404, "code_list_not_found")
    assert answer.json()["detail"].endswith(
        "there are: evidence-kinds, professional-groups, readiness, service-types, systems"
    )


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (people.GENDERS, get_args(Gender)),
        (catalogue.LEVELS, get_args(Level)),
        (catalogue.LATE_ENTRY, get_args(LateEntry)),
        (places.METHODS, get_args(Method)),
        (places.STATES, get_args(State)),
        (attendance.MODES, get_args(Mode)),
        (register.KINDS, get_args(Kind)),
        (register.ORIGINS, get_args(Origin)),
        (register.HALVES, get_args(Half)),
        (relationships.FORMS, get_args(Form)),
        (relationships.STATES, get_args(Stands)),
        (relationships.REASONS, get_args(Reason)),
        (pools.READINESS, get_args(Readiness)),
        (pools.EVIDENCE, get_args(Evidence)),
        (messages.PURPOSES, tuple(Purpose)),
        (messages.STATES, tuple(Sent)),
        (messages.SILENCES, tuple(Silence)),
    ],
)
def test_every_value_of_a_field_has_its_words(words: Mapping[str, str], values: tuple[str, ...]) -> None:
    assert list(words) == list(values)
