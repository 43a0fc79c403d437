"""A token of somebody opens that person's records and nobody else's; a token of nobody opens none."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from shared.postgres.database import Transaction
from shared.web.principal import OWN
from tests.service.coaching.builders import an_entry
from tests.service.enrolment.enrolment import AFTER, NOW, EnrolmentService, a_learner
from tests.service.notifications.announcements import cohort_opened, contact, enrolled
from tests.service.talent.builders import a_member
from tests.support.academies import all_services, the_service
from tests.support.packages import SERVICES
from tests.support.routes import Route, routes_of
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer

PROVIDER = "Northfield Learning"
OWNED = [
    pytest.param(name, route, role, id=f"{role} {route.method} {route.path}")
    for name in SERVICES
    for route in routes_of(the_service(name))
    for role, scope in sorted(route.scopes.items())
    if scope == OWN
]
every_owned_route = pytest.mark.parametrize(("name", "route", "role"), OWNED)


@dataclass(frozen=True, slots=True)
class Scene:
    """Services in which one person, the victim, has a record of every kind, with the ids of those records."""

    services: Mapping[str, ServiceUnderTest]
    victim: UUID
    ids: Mapping[str, str]

    def bodies(self) -> Mapping[str, Mapping[str, Any]]:
        """What is sent to the routes that write: of the victim, and good enough to be carried out."""
        person = {"person_id": str(self.victim)}
        return {
            "/v1/learners/{person_id}": a_learner(name="Taken Over"),
            "/v1/cohorts/{cohort_id}/enrolments": person,
            "/v1/cohorts/{cohort_id}/waiting-list": person,
            "/v1/enrolments/{enrolment_id}/withdrawal": {"reason": "workload"},
            "/v1/sessions/{session_id}/recording": {"recording_url": "https://evil.example.org/film"},
            "/v1/sessions/{session_id}/register": {"rows": [person | {"mode": "none"}]},
            "/v1/requests": person | {"form": "coaching"},
        }

    async def ask(self, name: str, route: Route, role: str, **claims: Any) -> Response:
        """The route with the victim's ids everywhere, at the clock's time, as whoever the claims say."""
        client = self.services[name].as_(role, **claims)
        body = None if route.method == "GET" else self.bodies()[route.path]
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        asked = {} if route.parameters or body else {"person_id": str(self.victim)}
        return await client.request(route.method, route.url(**self.ids), params=asked, headers=headers, json=body)

    async def content(self) -> dict[str, list[tuple[str, str]]]:
        """Everything in every table of every service."""
        return {name: await service.db.read(_tables) for name, service in self.services.items()}


async def _tables(tx: Transaction) -> list[tuple[str, str]]:
    names = await tx.fetch("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
    rows = "select coalesce(string_agg(t::text, e'\\n' order by t::text), '') from {} t"
    return [(row["relname"], await tx.fetchval(rows.format(row["relname"]))) for row in names]


@pytest.fixture(scope="module")
async def scene(postgres_admin: str, signer: Signer) -> AsyncGenerator[Scene]:
    async with all_services(postgres_admin, signer) as services:
        enrolment = EnrolmentService(services["enrolment"])
        (victim,) = await enrolment.people(1)
        await enrolment.programme(provider=PROVIDER)
        cohort = await enrolment.cohort()
        session = await enrolment.session(cohort)
        place = (await enrolment.enrol(cohort, victim)).json()["enrolment_id"]
        film = {"recording_url": "https://films.example.org/1"}
        recorded = await enrolment.lead(AFTER).post(f"/v1/sessions/{session['session_id']}/recording", json=film)
        lead = services["coaching"].as_("programme_lead", at=NOW)
        await lead.put(f"/v1/practitioners/{victim}", json=an_entry())
        asked = await lead.post("/v1/requests", json={"person_id": str(victim), "form": "mentoring"})
        joined = await services["talent"].as_("talent_lead", at=AFTER).put(f"/v1/members/{victim}", json=a_member())
        assert joined.status_code == 201, joined.text
        theirs = UUID(cohort)
        told = (cohort_opened(cohort_id=theirs), enrolled(victim, cohort_id=theirs), contact(victim))
        await services["notifications"].receive(*told)
        sent = await services["notifications"].as_("information_governance").get("/v1/messages")
        ids = {
            "person_id": str(victim),
            "cohort_id": cohort,
            "enrolment_id": place,
            "session_id": session["session_id"],
            "join_ref": session["join_ref"],
            "recording_ref": recorded.json()["recording_ref"],
            "relationship_id": asked.json()["relationship_id"],
            "message_id": sent.json()["items"][0]["message_id"],
        }
        yield Scene(services, victim, ids)


@every_owned_route
async def test_who_does_not_say_whose_the_token_is_gets_nowhere(
    scene: Scene, name: str, route: Route, role: str
) -> None:
    before = await scene.content()
    told: dict[str, Any] = {"person_id": uuid4()} if role == "provider" else {"organisation": PROVIDER}
    for claims in ({}, told, {"systems": ["QGH"]}):
        assert problem(await scene.ask(name, route, role, **claims)) == (401, "token_refused")
    assert await scene.content() == before


@every_owned_route
async def test_somebody_else_gets_nowhere_and_changes_nothing(scene: Scene, name: str, route: Route, role: str) -> None:
    before = await scene.content()
    answer = await scene.ask(name, route, role, person_id=uuid4(), systems=["QGH"], organisation="Another")
    assert answer.status_code in {403, 404}, answer.text
    assert str(scene.victim) not in answer.text
    assert await scene.content() == before


@every_owned_route
async def test_whose_it_is_is_let_in(scene: Scene, name: str, route: Route, role: str) -> None:
    whose: dict[str, Any] = {"organisation": PROVIDER} if role == "provider" else {"person_id": scene.victim}
    if route.method == "GET":
        assert (await scene.ask(name, route, role, **whose)).status_code in {200, 302}
    else:
        await scene.services["enrolment"].clock.advance_to(AFTER)
        assert (await scene.ask(name, route, role, **whose)).status_code in {200, 201, 409}
