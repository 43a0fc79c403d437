from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.enrolment.cohorts import CohortOpened
from shared.contracts.enrolment.programmes import ProgrammePublished
from tests.service.enrolment.enrolment import AFTER, AWAY, NOW, OPENS, SESSION, EnrolmentService, a_programme
from tests.support.services import problem


async def test_a_programme_said_twice_is_published_once(enrolment: EnrolmentService) -> None:
    first = await enrolment.lead().put("/v1/programmes/CLS7", json=a_programme())
    again = await enrolment.lead().put("/v1/programmes/CLS7", json=a_programme(levels=["We", "I", "We"]))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert [p.title for p in await enrolment.announced(ProgrammePublished)] == ["Trauma informed leadership"]


async def test_an_edit_needs_the_version_last_read(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    edited = a_programme(title="Working through crisis")

    blind = await enrolment.lead().put("/v1/programmes/CLS7", json=edited)
    stale = await enrolment.lead().put("/v1/programmes/CLS7", json=edited, headers={"If-Match": '"7"'})
    right = await enrolment.lead().put("/v1/programmes/CLS7", json=edited, headers={"If-Match": '"1"'})

    assert (problem(blind)[0], problem(stale)[0]) == (428, 412)
    assert (right.status_code, right.headers["ETag"]) == (200, '"2"')
    assert [p.title for p in await enrolment.announced(ProgrammePublished)][-1] == "Working through crisis"
    assert (await enrolment.as_("manager").get("/v1/programmes/CLS7")).json()["title"] == "Working through crisis"


async def test_programmes_are_listed_page_by_page(enrolment: EnrolmentService) -> None:
    for code in ("CLS1", "CLS2", "CLS3"):
        await enrolment.programme(code)
    reader = enrolment.as_("learner")

    first = (await reader.get("/v1/programmes?limit=2")).json()
    rest = (await reader.get(f"/v1/programmes?limit=2&after={first['next']}")).json()

    assert [p["programme_code"] for p in first["items"] + rest["items"]] == ["CLS1", "CLS2", "CLS3"]
    assert rest["next"] is None


async def test_a_cohort_is_opened_and_announced(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=24, seats=24)

    (opened,) = await enrolment.announced(CohortOpened)
    assert (opened.cohort_id, opened.places, opened.programme_code) == (UUID(cohort), 24, "CLS7")
    read = (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()
    assert (read["places_taken"], read["waiting"], read["rule"]) == (0, 0, "first_come")


@pytest.mark.parametrize(
    ("over_booking", "numbers", "code"),
    [
        (False, {"seats": 20, "places": 24}, "over_booking_not_allowed"),
        (True, {"seats": 20, "places": 24, "licences": 22}, "too_few_licences"),
        (False, {"seats": 20, "places": 20, "licences": 19}, "too_few_licences"),
    ],
)
async def test_places_never_exceed_what_room_or_licences_allow(
    *, enrolment: EnrolmentService, over_booking: bool, numbers: dict[str, Any], code: str
) -> None:
    await enrolment.programme(over_booking=over_booking)
    body = {
        "programme_code": "CLS7",
        "title": "October",
        "opens_at": NOW.isoformat(),
        "closes_at": datetime(2021, 1, 1, tzinfo=UTC).isoformat(),
    }

    refused = await enrolment.lead().post("/v1/cohorts", json=body | numbers)

    assert problem(refused) == (409, code)
    assert await enrolment.announced(CohortOpened) == []


async def test_over_booking_is_for_programmes_that_allow_it(enrolment: EnrolmentService) -> None:
    await enrolment.programme(over_booking=True)

    cohort = await enrolment.cohort(seats=20, places=24)

    assert (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["places"] == 24


async def test_a_cohort_of_an_unknown_programme_is_not_found(enrolment: EnrolmentService) -> None:
    body = {
        "programme_code": "NONE",
        "title": "October",
        "seats": 1,
        "places": 1,
        "opens_at": NOW.isoformat(),
        "closes_at": datetime(2021, 1, 1, tzinfo=UTC).isoformat(),
    }
    assert problem(await enrolment.lead().post("/v1/cohorts", json=body)) == (404, "programme_not_found")


async def test_cohorts_are_found_by_programme_and_first_session(enrolment: EnrolmentService) -> None:
    await enrolment.programme("CLS1")
    await enrolment.programme("CLS2")
    october = await enrolment.cohort(programme="CLS1")
    undated = await enrolment.cohort(programme="CLS1")
    other = await enrolment.cohort(programme="CLS2")
    await enrolment.session(october)

    async def found(query: str) -> list[str]:
        return [c["cohort_id"] for c in (await enrolment.as_("learner").get(f"/v1/cohorts?{query}")).json()["items"]]

    assert await found("programme=CLS1") == [october, undated]
    assert await found("from=2020-10-12") == [october, undated, other]
    assert await found("from=2020-10-13") == [undated, other]
    assert problem(await enrolment.as_("learner").get("/v1/cohorts?after=x")) == (400, "cursor_unusable")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opens_at", "0001-01-01T00:00:00Z"),
        ("closes_at", "9999-12-31T23:59:59.9999999Z"),
        ("opens_at", "0001-01-01T00:00:00+23:59"),
        ("opens_at", "2026"),
        ("opens_at", 1764000000),
        ("opens_at", "2020-09-01T08:00:00"),
        ("seats", True),
        ("seats", "20"),
        ("title", "a\x00b"),
        ("title", "a\u202eb"),
        ("title", "\u200b"),
        ("programme_code", "\x00"),
    ],
)
async def test_what_no_list_could_show_opens_no_cohort(enrolment: EnrolmentService, field: str, value: object) -> None:
    await enrolment.programme()
    body = {
        "programme_code": "CLS7",
        "title": "October",
        "seats": 20,
        "places": 20,
        "opens_at": "2020-09-01T08:00:00Z",
        "closes_at": "2021-03-31T00:00:00Z",
    }

    answer = await enrolment.lead().post("/v1/cohorts", json=body | {field: value})

    assert problem(answer) == (422, "malformed_body")
    assert {e["pointer"] for e in answer.json()["errors"]} == {f"#/{field}"}
    assert (await enrolment.as_("learner").get("/v1/cohorts")).json()["items"] == []


async def test_a_moment_is_told_in_utc_whatever_its_offset(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(opens_at="2020-09-01T09:00:00+01:00")

    assert (await enrolment.as_("learner").get(f"/v1/cohorts/{cohort}")).json()["opens_at"] == "2020-09-01T08:00:00Z"


@pytest.mark.parametrize(
    "query",
    ["programme=%0A", "from=2026", "from=9999-12-31", "from=1999-12-31", "from=1764000000", "after=%07", "limit=1e9"],
)
async def test_a_list_asked_for_badly_is_a_clear_refusal(enrolment: EnrolmentService, query: str) -> None:
    assert (await enrolment.as_("learner").get(f"/v1/cohorts?{query}")).status_code == 422


@pytest.mark.parametrize(
    "query", ["from=2020-04-01&to=9999-12-31", "from=0001-01-01&to=2020-04-01", "from=2020&to=2021"]
)
async def test_a_report_of_no_period_is_refused(enrolment: EnrolmentService, query: str) -> None:
    assert problem(await enrolment.lead().get(f"/v1/reports/reach?{query}")) == (422, "malformed_body")


async def test_a_report_reaches_to_the_last_day_there_is(enrolment: EnrolmentService) -> None:
    assert (
        await enrolment.lead().get("/v1/reports/reach?from=2000-01-01&to=2100-12-31&audience=internal")
    ).status_code == 200


@pytest.mark.parametrize(
    ("state", "moment"),
    [
        ("announced", OPENS - timedelta(days=1)),
        ("open", OPENS),
        ("closed", SESSION - timedelta(days=1)),
        ("running", SESSION),
        ("running", SESSION + timedelta(days=7)),
        ("over", SESSION + timedelta(days=7, hours=2)),
    ],
)
async def test_cohorts_are_found_by_how_they_stand(enrolment: EnrolmentService, state: str, moment: datetime) -> None:
    await enrolment.programme()
    before = OPENS - timedelta(days=7)
    closes = (SESSION - timedelta(days=7)).isoformat()
    cohort = await enrolment.cohort(at=before, closes_at=closes)
    for days in (0, 7):
        await enrolment.session(cohort, SESSION + timedelta(days=days), at=before)
    gone = await enrolment.cohort(at=before)
    await enrolment.lead(before).post(f"/v1/cohorts/{gone}/cancellation", json={"reason": "other"})

    found: dict[str, list[str]] = {}
    for asked in ("announced", "open", "closed", "running", "over", "cancelled"):
        answer = await enrolment.lead(moment).get("/v1/cohorts", params={"state": asked})
        found[asked] = [c["cohort_id"] for c in answer.json()["items"]]
    assert found == {s: [] for s in found} | {state: [cohort], "cancelled": [gone]}


async def test_a_cohort_runs_no_longer_than_the_sessions_that_take_place(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    await enrolment.session(cohort)
    cancelled = (await enrolment.session(cohort, SESSION + timedelta(days=7)))["session_id"]
    await enrolment.lead().post(f"/v1/sessions/{cancelled}/cancellation", json=AWAY)

    for state, found in (("running", []), ("over", [cohort])):
        answer = await enrolment.lead(AFTER).get("/v1/cohorts", params={"state": state})
        assert [c["cohort_id"] for c in answer.json()["items"]] == found, state


async def test_cohorts_are_found_by_the_month_they_start_in(enrolment: EnrolmentService) -> None:
    """Of London: the last hour of October in UTC is November there only in summer."""
    await enrolment.programme()
    october, september = await enrolment.cohort(), await enrolment.cohort()
    await enrolment.session(october, SESSION)
    await enrolment.session(september, datetime(2020, 9, 30, 22, 30, tzinfo=UTC))
    await enrolment.cohort()

    for month, cohorts in (("2020-10", [october]), ("2020-09", [september]), ("2020-11", [])):
        listed = await enrolment.lead().get("/v1/cohorts", params={"month": month})
        assert [c["cohort_id"] for c in listed.json()["items"]] == cohorts, month
    for wrong in ("2020-13", "2020-1", "october"):
        assert (await enrolment.lead().get("/v1/cohorts", params={"month": wrong})).status_code == 422


async def test_what_a_system_is_on_is_told_to_its_lead_and_those_who_plan(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort, _ = await enrolment.cohort(), await enrolment.cohort()
    (person,) = await enrolment.people(1)
    place = (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
    lead = enrolment.as_("system_lead", systems=["QGH"])

    for caller in (lead, enrolment.as_("region"), enrolment.as_("programme_lead")):
        answer = await caller.get("/v1/cohorts", params={"system": "QGH"})
        assert [c["cohort_id"] for c in answer.json()["items"]] == [cohort]
    for caller in (enrolment.as_("system_lead", systems=["QHL"]), enrolment.as_("learner"), enrolment.as_("ops")):
        assert problem(await caller.get("/v1/cohorts", params={"system": "QGH"})) == (403, "not_yours")
    await enrolment.withdraw(place)
    assert (await lead.get("/v1/cohorts", params={"system": "QGH"})).json()["items"] == []


async def test_moments_are_told_in_utc_whatever_came_in(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(opens_at="2020-09-01T10:00:00+02:00")
    assert (await enrolment.lead().get(f"/v1/cohorts/{cohort}")).json()["opens_at"] == "2020-09-01T08:00:00Z"


async def test_programmes_go_on_where_a_page_ended_and_nowhere_else(enrolment: EnrolmentService) -> None:
    for code in ("CLS1", "CLS2", "CLS3"):
        await enrolment.programme(code)
    first = (await enrolment.lead().get("/v1/programmes", params={"limit": 2})).json()
    rest = (await enrolment.lead().get("/v1/programmes", params={"after": first["next"]})).json()
    assert [p["programme_code"] for p in first["items"] + rest["items"]] == ["CLS1", "CLS2", "CLS3"]


async def test_cohorts_come_by_when_they_were_opened_from_either_end_page_by_page(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    opened = [await enrolment.cohort() for _ in range(5)]

    async def listed(order: str) -> list[str]:
        found: list[str] = []
        query = {"order": order, "limit": "2"}
        while True:
            page = (await enrolment.as_("region").get("/v1/cohorts", params=query)).json()
            found += [cohort["cohort_id"] for cohort in page["items"]]
            if page["next"] is None:
                return found
            query["after"] = page["next"]

    assert await listed("oldest") == opened
    assert await listed("newest") == opened[::-1]
