"""Whoever looks for a course finds it by what it is about, when it is, and whether one is let in now."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.service.enrolment.enrolment import AWAY, NOW, SESSION, EnrolmentService
from tests.support.services import Client, problem

FAMILIES = {"ILM5": ("ilm", ["I"]), "CLS7": ("complete_leadership_series", ["I", "We"]), "CLS9": ("systems", ["Us"])}


async def titles(caller: Client, **asked: Any) -> list[str]:
    answer = await caller.get("/v1/cohorts", params=asked)
    assert answer.status_code == 200, answer.text
    return [cohort["title"] for cohort in answer.json()["items"]]


async def offers(enrolment: EnrolmentService) -> Client:
    """A cohort of each programme, which carries its code as its title; the client is somebody who looks for one."""
    for code, (family, levels) in FAMILIES.items():
        await enrolment.programme(code, family=family, levels=levels)
        await enrolment.cohort(programme=code, title=code)
    return enrolment.as_("learner")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["ILM5", "CLS7", "CLS9"]),
        ({"family": "ilm"}, ["ILM5"]),
        ({"family": "none_of_that_name"}, []),
        ({"level": "I"}, ["ILM5", "CLS7"]),
        ({"level": "Us"}, ["CLS9"]),
        ({"level": "I", "family": "complete_leadership_series"}, ["CLS7"]),
        ({"level": "I", "programme": "CLS9"}, []),
    ],
)
async def test_cohorts_are_found_by_what_their_programme_is_about(
    enrolment: EnrolmentService, asked: Mapping[str, str], found: list[str]
) -> None:
    assert await titles(await offers(enrolment), **asked) == found


@pytest.mark.parametrize("asked", [{"level": "They"}, {"family": "Not a word"}, {"open": "1"}, {"count": "yes"}])
async def test_what_cannot_be_a_filter_is_refused(enrolment: EnrolmentService, asked: Mapping[str, str]) -> None:
    assert problem(await enrolment.as_("learner").get("/v1/cohorts", params=asked))[0] == 422


async def cohorts_in_every_state(enrolment: EnrolmentService) -> None:
    """Titles say how they stand at `NOW`, with a first session that began an hour before or comes later."""
    await enrolment.programme()
    await enrolment.programme("LATE", late_entry="while_running")
    begun = NOW - timedelta(hours=1)
    await enrolment.cohort(title="free")
    await enrolment.cohort(title="not open yet", opens_at=(NOW + timedelta(days=1)).isoformat())
    await enrolment.cohort(title="opens now", opens_at=NOW.isoformat())
    await enrolment.cohort(title="closes now", closes_at=NOW.isoformat())
    full = await enrolment.cohort(title="full", places=1)
    (person,) = await enrolment.people(1)
    await enrolment.enrol(full, person)
    await enrolment.session(await enrolment.cohort(title="to begin"), SESSION)
    await enrolment.session(await enrolment.cohort(title="begun"), begun)
    await enrolment.session(await enrolment.cohort(title="begins now"), NOW)
    await enrolment.session(await enrolment.cohort(programme="LATE", title="begun, late entry"), begun)
    gone = await enrolment.cohort(title="cancelled")
    assert (await enrolment.lead().post(f"/v1/cohorts/{gone}/cancellation", json=AWAY)).is_success


async def test_open_are_the_cohorts_that_let_in_who_asks_now_and_no_others(enrolment: EnrolmentService) -> None:
    await cohorts_in_every_state(enrolment)
    (person,) = await enrolment.people(1)
    learner = enrolment.under_test.as_("learner", person_id=person, at=NOW)

    let_in, refused = list[str](), list[str]()
    for cohort in (await learner.get("/v1/cohorts")).json()["items"]:
        seen = (await learner.get(f"/v1/cohorts/{cohort['cohort_id']}")).json()
        (let_in if seen["allowed_actions"] else refused).append(seen["title"])

    assert let_in == ["free", "opens now", "full", "to begin", "begun, late entry"]
    assert await titles(learner, open="true") == let_in
    assert await titles(learner, open="false") == refused


async def test_a_provider_finds_the_own_cohorts_alone_and_counts_them(enrolment: EnrolmentService) -> None:
    for code, provider in (("CLS7", "Northfield Learning"), ("CLS9", "Someone Else")):
        await enrolment.programme(code, provider=provider)
        await enrolment.cohort(programme=code, title=code)
    provider = enrolment.as_("provider", organisation="Northfield Learning")
    assert await titles(provider, own="true") == ["CLS7"]
    assert await titles(provider, own="true", programme="CLS9") == []
    assert await titles(provider, own="false") == ["CLS7", "CLS9"]
    counted = (await provider.get("/v1/cohorts", params={"own": "true", "count": "true", "limit": 1})).json()
    assert (counted["count"], counted["next"]) == (1, None)
    assert counted["items"][0]["places"] == 20


@pytest.mark.parametrize(
    ("role", "organisation"),
    [("provider", None), ("provider", "Nobody Knows"), ("learner", "Northfield Learning"), ("programme_lead", None)],
)
async def test_who_provides_nothing_has_no_cohorts_of_their_own(
    enrolment: EnrolmentService, role: str, organisation: str | None
) -> None:
    await enrolment.programme(provider="Northfield Learning")
    await enrolment.cohort()
    assert await titles(enrolment.as_(role, organisation=organisation), own="true") == []
