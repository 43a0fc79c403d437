"""What a caller is told they may do to a programme or a session succeeds, and what they are not told of is refused."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

import httpx
import pytest

from shared.web.principal import ROLES
from tests.service.enrolment.acting import CALLERS, LEADS, Act, Made, State, by_itself, offered_to
from tests.service.enrolment.enrolment import (
    AFTER,
    AWAY,
    NOW,
    SESSION,
    EnrolmentService,
    a_cohort,
    a_programme,
    a_session,
    row,
)
from tests.support.services import Client, problem

RECORDING = {"recording_url": "https://films.example.org/1"}


async def to_come(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort()
    await enrolment.enrol(cohort, person)
    return (await enrolment.session(cohort))["session_id"], NOW


async def begun(enrolment: EnrolmentService, person: UUID) -> Made:
    session, _ = await to_come(enrolment, person)
    return session, SESSION + timedelta(minutes=1)


async def held(enrolment: EnrolmentService, person: UUID) -> Made:
    session, _ = await to_come(enrolment, person)
    await enrolment.register(session, [row(person, "live")])
    return session, AFTER


async def recorded(enrolment: EnrolmentService, person: UUID) -> Made:
    session, _ = await to_come(enrolment, person)
    assert (await enrolment.lead(AFTER).post(f"/v1/sessions/{session}/recording", json=RECORDING)).is_success
    return session, AFTER


async def cancelled(enrolment: EnrolmentService, person: UUID) -> Made:
    session, _ = await to_come(enrolment, person)
    assert (await enrolment.lead().post(f"/v1/sessions/{session}/cancellation", json=AWAY)).is_success
    return session, AFTER


async def held_of_a_cancelled_cohort(enrolment: EnrolmentService, person: UUID) -> Made:
    session, _ = await held(enrolment, person)
    cohort = (await enrolment.lead().get(f"/v1/sessions/{session}")).json()["cohort_id"]
    await enrolment.session(cohort, SESSION + timedelta(days=7))
    assert (await enrolment.lead(AFTER).post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)).is_success
    return session, AFTER


async def edit(caller: Client, session: str, person: UUID) -> httpx.Response:
    seen = (await caller.get(f"/v1/sessions/{session}")).json()
    body = a_session("room", title="Renamed")
    return await caller.put(f"/v1/sessions/{session}", json=body, headers={"If-Match": f'"{seen["version"]}"'})


async def cancel(caller: Client, session: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/sessions/{session}/cancellation", json=AWAY)


async def take_register(caller: Client, session: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/sessions/{session}/register", json={"rows": [row(person, "part")]})


async def publish_recording(caller: Client, session: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/sessions/{session}/recording", json=RECORDING)


ACTS: Mapping[str, Act] = MappingProxyType(
    {"edit": edit, "cancel": cancel, "take_register": take_register, "publish_recording": publish_recording}
)
TOLD_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "programme_lead": frozenset(ACTS),
        "region": frozenset(ACTS) - {"take_register"},
        "provider": frozenset({"take_register", "publish_recording"}),
    }
)


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (to_come, ["edit", "cancel"]),
        (begun, ["edit", "cancel", "take_register", "publish_recording"]),
        (held, ["edit", "take_register", "publish_recording"]),
        (recorded, ["edit", "take_register", "publish_recording"]),
        (cancelled, []),
        (held_of_a_cancelled_cohort, ["take_register", "publish_recording"]),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
async def test_of_a_session_what_is_offered_can_be_done_and_nothing_else(
    enrolment: EnrolmentService, state: State, possible: list[str]
) -> None:
    await enrolment.programme()
    for caller in CALLERS:
        listed = await offered_to(enrolment, caller, state, ACTS, by_itself("/v1/sessions/{}"))
        assert listed == [action for action in possible if action in TOLD_BY.get(caller, ())], caller


async def test_sessions_of_a_cohort_offer_what_each_of_them_offers_by_itself(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    await enrolment.session(cohort)
    gone = (await enrolment.session(cohort, SESSION + timedelta(days=7)))["session_id"]
    await enrolment.lead().post(f"/v1/sessions/{gone}/cancellation", json=AWAY)

    listed = (await enrolment.lead().get(f"/v1/cohorts/{cohort}/sessions")).json()["items"]

    assert [session["allowed_actions"] for session in listed] == [["edit", "cancel"], []]


async def offered(caller: Client, code: str) -> list[str]:
    return (await caller.get(f"/v1/programmes/{code}")).json()["allowed_actions"]


@pytest.mark.parametrize("role", LEADS)
async def test_a_programme_is_edited_and_retired_while_it_is_offered_and_then_offered_again(
    enrolment: EnrolmentService, role: str
) -> None:
    code, lead = await enrolment.programme(), enrolment.under_test.as_(role, at=NOW)

    async def put(version: int) -> httpx.Response:
        body = a_programme(title=f"After {version}")
        return await lead.put(f"/v1/programmes/{code}", json=body, headers={"If-Match": f'"{version}"'})

    assert await offered(lead, code) == ["edit", "retire", "open_cohort"]
    assert (await put(1)).is_success
    assert (await lead.post("/v1/cohorts", json=a_cohort())).is_success
    assert (await lead.post(f"/v1/programmes/{code}/retirement")).is_success

    assert await offered(lead, code) == ["offer"]
    assert problem(await lead.post("/v1/cohorts", json=a_cohort())) == (409, "programme_retired")
    assert (await lead.post(f"/v1/programmes/{code}/retirement")).json()["version"] == 3
    assert (await put(3)).is_success
    assert await offered(lead, code) == ["edit", "retire", "open_cohort"]


async def test_nobody_else_is_offered_anything_of_a_programme(enrolment: EnrolmentService) -> None:
    code = await enrolment.programme()
    for role in set(ROLES) - {*LEADS}:
        assert await offered(enrolment.as_(role, organisation="Northfield Learning"), code) == []
