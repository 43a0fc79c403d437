"""What a caller is told they may do to a cohort succeeds when it is done, and what they are not told of is refused."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

import httpx
import pytest

from tests.service.enrolment.acting import CALLERS, LEADS, Act, Made, State, by_itself, offered_to
from tests.service.enrolment.enrolment import (
    AFTER,
    AWAY,
    NOW,
    OPENS,
    SESSION,
    EnrolmentService,
    a_cohort,
    a_session,
    row,
)
from tests.support.databases import execute
from tests.support.services import Client

LATE = SESSION + timedelta(minutes=10)
PLANNED = ("edit", "cancel", "add_session")


async def announced(enrolment: EnrolmentService, person: UUID) -> Made:
    return await enrolment.cohort(), OPENS - timedelta(days=1)


async def free(enrolment: EnrolmentService, person: UUID) -> Made:
    return await enrolment.cohort(), NOW


async def full(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort(places=1)
    (holder,) = await enrolment.people(1)
    await enrolment.enrol(cohort, holder)
    return cohort, NOW


async def held_by_the_person(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort()
    await enrolment.enrol(cohort, person)
    return cohort, NOW


async def waited_for_by_the_person(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort, _ = await full(enrolment, person)
    await enrolment.wait_for(cohort, person)
    return cohort, NOW


async def waited_for_by_others(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort, _ = await full(enrolment, person)
    (waiting,) = await enrolment.people(1)
    await enrolment.wait_for(cohort, waiting)
    return cohort, NOW


async def in_turn(enrolment: EnrolmentService, person: UUID) -> Made:
    """A place is free that was handed to nobody, and the person waits longest."""
    cohort, _ = await waited_for_by_the_person(enrolment, person)
    await execute(enrolment.db, "update cohort set places = places + 1 where cohort_id = $1", UUID(cohort))
    return cohort, NOW


async def behind_another(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort, _ = await waited_for_by_others(enrolment, person)
    await enrolment.wait_for(cohort, person)
    await execute(enrolment.db, "update cohort set places = places + 1 where cohort_id = $1", UUID(cohort))
    return cohort, NOW


async def closed(enrolment: EnrolmentService, person: UUID) -> Made:
    return await enrolment.cohort(closes_at=NOW.isoformat()), NOW + timedelta(days=1)


async def started(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort()
    await enrolment.session(cohort)
    return cohort, LATE


async def over(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort()
    session = (await enrolment.session(cohort))["session_id"]
    (holder,) = await enrolment.people(1)
    await enrolment.enrol(cohort, holder)
    await enrolment.register(session, [row(holder, "live")])
    return cohort, AFTER


async def cancelled(enrolment: EnrolmentService, person: UUID) -> Made:
    cohort = await enrolment.cohort()
    assert (await enrolment.lead().post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)).is_success
    return cohort, NOW


async def edit(caller: Client, cohort: str, person: UUID) -> httpx.Response:
    seen = (await caller.get(f"/v1/cohorts/{cohort}")).json()
    body = a_cohort(title="Renamed") | {n: seen[n] for n in ("opens_at", "closes_at", "places", "seats") if seen[n]}
    return await caller.put(f"/v1/cohorts/{cohort}", json=body, headers={"If-Match": f'"{seen["version"]}"'})


async def cancel(caller: Client, cohort: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/cohorts/{cohort}/cancellation", json=AWAY)


async def add_session(caller: Client, cohort: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/cohorts/{cohort}/sessions", json=a_session(cohort))


async def take_place(caller: Client, cohort: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})


async def join_waiting_list(caller: Client, cohort: str, person: UUID) -> httpx.Response:
    return await caller.post(f"/v1/cohorts/{cohort}/waiting-list", json={"person_id": str(person)})


PLANNING: Mapping[str, Act] = MappingProxyType({"edit": edit, "cancel": cancel, "add_session": add_session})
FOR_OTHERS: Mapping[str, Act] = MappingProxyType(
    {**PLANNING, "enrol": take_place, "join_waiting_list": join_waiting_list}
)
FOR_ONESELF: Mapping[str, Act] = MappingProxyType(
    {**PLANNING, "take_place": take_place, "join_waiting_list": join_waiting_list}
)


@pytest.mark.parametrize(
    ("state", "planning", "for_others", "for_oneself"),
    [
        (announced, PLANNED, (), ()),
        (free, PLANNED, ("enrol",), ("take_place",)),
        (full, PLANNED, ("join_waiting_list",), ("join_waiting_list",)),
        (waited_for_by_others, PLANNED, ("join_waiting_list",), ("join_waiting_list",)),
        (closed, PLANNED, (), ()),
        (started, PLANNED, (), ()),
        (over, ("edit", "add_session"), (), ()),
        (cancelled, (), (), ()),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
async def test_what_everybody_is_offered_can_be_done_and_nothing_else(
    enrolment: EnrolmentService,
    state: State,
    planning: tuple[str, ...],
    for_others: tuple[str, ...],
    for_oneself: tuple[str, ...],
) -> None:
    await enrolment.programme()
    expected = {
        "region": [*planning],
        "programme_lead": [*planning, *for_others],
        "learner": [*for_oneself],
    }
    for caller in CALLERS:
        acts = FOR_OTHERS if caller in LEADS else FOR_ONESELF
        listed = await offered_to(enrolment, caller, state, acts, by_itself("/v1/cohorts/{}"))
        assert listed == expected.get(caller, []), caller


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (held_by_the_person, []),
        (waited_for_by_the_person, []),
        (in_turn, ["take_place"]),
        (behind_another, []),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
async def test_who_holds_a_place_or_waits_is_offered_what_is_theirs(
    enrolment: EnrolmentService, state: State, offered: list[str]
) -> None:
    await enrolment.programme()
    listed = await offered_to(enrolment, "learner", state, FOR_ONESELF, by_itself("/v1/cohorts/{}"))
    assert listed == offered


async def test_no_session_is_offered_to_a_cohort_that_has_all_it_may_have(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    for _ in range(100):
        await enrolment.session(cohort)
    assert "add_session" not in (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["allowed_actions"]
    assert not (await add_session(enrolment.lead(), cohort, UUID(int=1))).is_success
