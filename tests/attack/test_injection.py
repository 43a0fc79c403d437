"""Links, methods and reasons of somebody's own making, which others would be sent to, believe or read.

What is refused is refused without being repeated, but for a code; what there is to choose from is told.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.contracts.enrolment.learners import EnrolmentWithdrawn, LearnerEnrolled
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.web.principal import ROLES
from tests.service.enrolment.enrolment import AFTER, NOW, SESSION, EnrolmentService
from tests.support.academies import one_service
from tests.support.hostile_links import KNOWN_BY_ITS_LOOKS, NO_NAMES, READ_IN_TWO_WAYS
from tests.support.hostile_texts import NO_LINE_OF_TEXT, STANDS_THERE
from tests.support.links import LINKS
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer

METHODS = ("self", "manager", "nomination", "team")
THEIRS_TO_SAY = {"learner": {"self"}, "programme_lead": set(METHODS)}


@pytest.fixture(scope="module")
async def under_test(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    async with one_service(postgres_admin, signer, "enrolment") as under_test:
        yield under_test


@dataclass(frozen=True, slots=True)
class Scene:
    """A cohort with a session that is to come, of which anybody may take a place."""

    enrolment: EnrolmentService
    cohort: str
    session: Mapping[str, Any]

    async def schedules(self, url: str) -> httpx.Response:
        """A programme lead says that a session is at that address."""
        at = SESSION + timedelta(days=7)
        body = {"title": "Session", "starts_at": at.isoformat(), "ends_at": (at + timedelta(hours=1)).isoformat()}
        return await self.enrolment.lead().post(f"/v1/cohorts/{self.cohort}/sessions", json=body | {"join_url": url})

    async def records(self, url: str) -> httpx.Response:
        """The provider says that the recording is at that address."""
        path = f"/v1/sessions/{self.session['session_id']}/recording"
        provider = self.enrolment.under_test.as_("provider", organisation="Northfield Learning", at=AFTER)
        return await provider.post(path, json={"recording_url": url})

    async def asks_for_a_place(self, room: str, method: str, *roles: str) -> httpx.Response:
        """Somebody new asks for their own place, and says on whose initiative."""
        (person,) = await self.enrolment.people(1)
        claims: Any = {"person_id": person, "systems": ["QGH"], "organisation": "Northfield Learning"}
        client = self.enrolment.under_test.as_(*roles, at=NOW, **claims)
        return await client.post(f"/v1/cohorts/{self.cohort}/{room}", json={"person_id": str(person), "method": method})

    async def gives_up(self, reason: str) -> httpx.Response:
        """Somebody takes a place and gives it up, for that reason."""
        (person,) = await self.enrolment.people(1)
        held = (await self.enrolment.enrol(self.cohort, person)).json()["enrolment_id"]
        own = self.enrolment.as_("learner", person_id=person)
        return await own.post(f"/v1/enrolments/{held}/withdrawal", json={"reason": reason})


@pytest.fixture(scope="module")
async def scene(under_test: ServiceUnderTest) -> Scene:
    enrolment = EnrolmentService(under_test)
    await enrolment.programme()
    cohort = await enrolment.cohort(places=500)
    session = await enrolment.session(cohort)
    await enrolment.it_is(NOW)
    return Scene(enrolment, cohort, session)


@pytest.mark.parametrize("url", [*(f"https://{computer}/" for computer in NO_NAMES), *READ_IN_TWO_WAYS])
async def test_a_link_that_is_not_plainly_a_page_of_a_named_computer_is_let_in_nowhere(scene: Scene, url: str) -> None:
    for answer in (await scene.schedules(url), await scene.records(url)):
        assert problem(answer) == (422, "malformed_body")
        assert [error["code"] for error in answer.json()["errors"]] == ["web_address_unusable"]
        assert "evil" not in answer.text


@pytest.mark.parametrize("scheme", ["http", "ftp", "file", "javascript", "data", "ms-teams", "HTTP"])
async def test_a_link_of_another_scheme_is_let_in_nowhere(scene: Scene, scheme: str) -> None:
    for url in (f"{scheme}://teams.microsoft.com/x", f"{scheme}:teams.microsoft.com"):
        assert problem(await scene.schedules(url)) == (422, "malformed_body")
        assert problem(await scene.records(url)) == (422, "malformed_body")


@pytest.mark.parametrize("url", KNOWN_BY_ITS_LOOKS)
async def test_a_host_the_academy_sends_nobody_to_is_refused_and_those_it_does_are_told(scene: Scene, url: str) -> None:
    before = len(await scene.enrolment.announced())
    for answer in (await scene.schedules(url), await scene.records(url)):
        assert problem(answer) == (422, "link_host_unknown")
        assert "teams.microsoft.com, " in answer.json()["detail"]
        assert "evil" not in answer.text
    assert len(await scene.enrolment.announced()) == before


@pytest.mark.parametrize(
    "url",
    [
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting@thread.v2/0?context=%7b%22Tid%22%7d",
        "https://us02web.zoom.us/j/123?pwd=x#success",
        "https://www.youtube.com/watch?v=1",
        "HTTPS://YOUTU.BE/1",
        "https://player.vimeo.com:443/video/1",
        "https://meet.example.nhs.uk/room",
    ],
)
async def test_the_rooms_and_films_there_are_are_let_in(scene: Scene, url: str) -> None:
    assert (await scene.schedules(url)).status_code == 201
    assert (await scene.records(url)).status_code == 200


async def test_a_host_is_let_in_from_the_day_it_is_entered_for(scene: Scene) -> None:
    async def entered(tx: Transaction) -> None:
        await tx.execute(
            "insert into link_host values"
            " ('meet.example.net', 'To come', $1, null), ('met.example.net', 'Gone', $2, $3)",
            (NOW + timedelta(days=1)).date(),
            (NOW - timedelta(days=9)).date(),
            NOW.date(),
        )

    await scene.enrolment.db.run(entered)
    for early_or_late in ("https://meet.example.net/1", "https://met.example.net/1"):
        assert problem(await scene.schedules(early_or_late)) == (422, "link_host_unknown")
    assert (await scene.records("https://meet.example.net/1")).status_code == 200


async def test_a_link_that_was_let_in_before_still_opens(scene: Scene) -> None:
    (person,) = await scene.enrolment.people(1)
    await scene.enrolment.enrol(scene.cohort, person)
    session = await scene.enrolment.session(scene.cohort, AFTER + timedelta(days=7))
    old = "http://user@10.0.0.1:8080/room?a=1&b=<2>#c"

    async def as_it_was(tx: Transaction) -> None:
        await tx.execute("update session set join_url = $1 where session_id = $2", old, UUID(session["session_id"]))

    await scene.enrolment.db.run(as_it_was)
    ref = session["join_ref"]
    page = await scene.enrolment.as_("learner").get(
        f"/joining/{ref}", params={"by": LINKS.signed(ref, PersonId(person))}
    )
    own = await scene.enrolment.as_("learner", person_id=person).get(f"/v1/joining/{ref}")

    assert (page.status_code, own.status_code) == (200, 302)
    assert 'href="http://user@10.0.0.1:8080/room?a=1&amp;b=&lt;2&gt;#c"' in page.text


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_says_of_an_enrolment_only_what_is_its_to_say(scene: Scene, role: str) -> None:
    for method in METHODS:
        answer = await scene.asks_for_a_place("enrolments", method, role)
        if method in THEIRS_TO_SAY.get(role, ()):
            assert (answer.status_code, answer.json()["method"]) == (201, method)
        else:
            assert problem(answer) == (403, "method_not_yours" if role in THEIRS_TO_SAY else "role_missing")


@pytest.mark.parametrize("other", sorted(set(ROLES) - THEIRS_TO_SAY.keys()))
async def test_another_role_beside_it_makes_a_learners_word_no_managers(scene: Scene, other: str) -> None:
    before = len(await scene.enrolment.announced(LearnerEnrolled))
    for room in ("enrolments", "waiting-list"):
        for method in set(METHODS) - {"self"}:
            answer = await scene.asks_for_a_place(room, method, "learner", other)
            assert problem(answer) == (403, "method_not_yours")
            assert answer.json()["detail"] == "you may say only: self"
    assert len(await scene.enrolment.announced(LearnerEnrolled)) == before


@pytest.mark.parametrize("reason", ["pregnant_told_by_asha", "asha_patel", "x", "workload.", "Workload"])
async def test_a_reason_of_ones_own_goes_to_no_topic_and_the_reasons_there_are_are_told(
    scene: Scene, reason: str
) -> None:
    before = len(await scene.enrolment.announced(EnrolmentWithdrawn))
    answer = await scene.gives_up(reason)
    assert problem(answer) == (422, "unknown_code")
    assert answer.json()["errors"][0]["codes"] == "/v1/codes/withdrawal-reasons"
    assert len(await scene.enrolment.announced(EnrolmentWithdrawn)) == before


@pytest.mark.parametrize(
    "reason", ["workload", "redeployed", "illness", "annual_leave", "date_unsuitable", "left_post"]
)
async def test_a_reason_many_have_is_announced(scene: Scene, reason: str) -> None:
    assert (await scene.gives_up(reason)).status_code == 200
    assert (await scene.enrolment.announced(EnrolmentWithdrawn))[-1].reason == reason


@pytest.mark.parametrize("reason", [*NO_LINE_OF_TEXT.values(), *STANDS_THERE, "Asha told me she is ill", ""])
async def test_a_reason_in_words_is_refused_and_not_repeated(scene: Scene, reason: str) -> None:
    answer = await scene.gives_up(reason)
    assert [error["code"] for error in answer.json()["errors"]] == ["code_unusable"]
    assert not reason or reason not in answer.text
