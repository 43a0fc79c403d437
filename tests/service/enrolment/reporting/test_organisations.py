from datetime import timedelta
from typing import Any

import pytest

from services.enrolment.reporting.store import organisations as store
from shared.postgres.database import Transaction
from tests.service.enrolment.enrolment import OPENS, SESSION, EnrolmentService, row
from tests.service.enrolment.grown import grown
from tests.support.services import problem

YEAR = {"from": "2020-04-01", "to": "2021-03-31"}
PLACE = "/v1/reports/organisations"


async def counted(enrolment: EnrolmentService, role: str = "region", **claims: Any) -> dict[str, dict[str, Any]]:
    """By organisation, without what it is called."""
    answer = await enrolment.as_(role, **claims).get(PLACE, params=YEAR)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["period"] == YEAR
    return {one.pop("organisation"): one for one in told["organisations"]}


async def test_who_came_who_did_not_and_who_gave_up_is_counted_by_organisation(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=10)
    session = (await enrolment.session(cohort))["session_id"]
    came, missed, silent, in_time, late = await enrolment.people(5, organisation="QGH01")
    (elsewhere,) = await enrolment.people(1, organisation="QGH02")
    places = {
        person: (await enrolment.enrol(cohort, person)).json()["enrolment_id"]
        for person in (came, missed, silent, in_time, late, elsewhere)
    }
    await enrolment.withdraw(places[in_time])
    await enrolment.withdraw(places[late], at=SESSION - timedelta(hours=1))
    await enrolment.register(session, [row(came, "live"), row(missed, "missed"), row(elsewhere, "part")])

    found = await counted(enrolment)

    assert found["QGH01"] == {
        "system": "QGH",
        "name": "Malvern Vale Hospitals NHS Trust",
        "enrolments": 3,
        "people": 3,
        "session_places": 3,
        "attended": 1,
        "missed": 1,
        "withdrawn_in_time": 1,
        "withdrawn_late": 1,
    }
    assert (found["QGH02"]["attended"], found["QGH02"]["missed"], found["QGH02"]["withdrawn_late"]) == (1, 0, 0)
    assert len(found) == 2


async def test_together_organisations_are_what_the_reach_says(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    people = await enrolment.people(3, organisation="QGH01") + await enrolment.people(2, organisation="QGH02")
    await enrolment.held(people, ["live", "part", "missed", "live", "recording"])
    await enrolment.held(people[:2], ["missed", "live"], SESSION + timedelta(days=30))

    found = (await counted(enrolment)).values()
    reach = (await enrolment.as_("region").get("/v1/reports/reach", params=YEAR | {"audience": "internal"})).json()

    for measure in ("enrolments", "session_places", "attended"):
        assert sum(one[measure] for one in found) == reach[measure], measure


async def test_a_place_that_the_academy_ended_was_given_up_by_nobody(enrolment: EnrolmentService) -> None:
    cohort, _ = await enrolment.full_cohort(2)
    await enrolment.lead().post(f"/v1/cohorts/{cohort}/cancellation", json={"reason": "other"})
    assert await counted(enrolment) == {}


async def test_system_leads_read_those_of_their_systems_and_reading_is_noted(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    near = await enrolment.people(1, system="QGH", organisation="QGH01")
    far = await enrolment.people(1, system="QHL", organisation="QHL01")
    await enrolment.held(near + far, ["live", "missed"])

    assert (await counted(enrolment, "system_lead", systems=["QGH"])).keys() == {"QGH01"}
    noted = (
        "select caller || ' ' || report || ' ' || period_from || ' ' || array_to_string(systems, ',') from report_audit"
    )
    assert await enrolment.value(noted) == "system_lead organisations 2020-04-01 QGH"


@pytest.mark.parametrize("role", ["learner", "provider", "talent_lead", "information_governance", "ops", "system"])
async def test_nobody_else_reads_exact_counts(enrolment: EnrolmentService, role: str) -> None:
    for path in (PLACE, f"{PLACE}/lines.csv"):
        refused = await enrolment.as_(role).get(path, params=YEAR)
        assert refused.status_code == 403, refused.text
    assert await enrolment.value("select count(*) from report_audit") == 0


async def test_for_spreadsheets_it_is_a_line_an_organisation(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    await enrolment.held(await enrolment.people(1, organisation="QGH01"), ["missed"])
    answer = await enrolment.as_("region").get(f"{PLACE}/lines.csv", params=YEAR)
    header, line = answer.text.removeprefix("\ufeff").split()[0], answer.text.splitlines()[1]
    assert header.startswith("system,organisation,name,enrolments")
    assert line == "QGH,QGH01,Malvern Vale Hospitals NHS Trust,1,1,1,0,1,0,0"
    assert "organisations-2020-04-01-to-2021-03-31.csv" in answer.headers["content-disposition"]


async def test_a_period_that_ends_before_it_starts_is_refused_and_noted_of_nobody(enrolment: EnrolmentService) -> None:
    wrong = await enrolment.as_("region").get(PLACE, params={"from": "2020-10-12", "to": "2020-10-11"})
    assert problem(wrong) == (422, "period_ends_before_it_starts")
    assert await enrolment.value("select count(*) from report_audit") == 0


async def test_organisations_of_a_grown_region_are_read_by_index(enrolment: EnrolmentService) -> None:
    async def plan(tx: Transaction) -> str:
        await grown(tx)
        rows = await tx.fetch(f"explain {store.SQL['count']}", OPENS, OPENS + timedelta(days=30), ["QGH"])
        return "\n".join(r[0] for r in rows)

    explained = await enrolment.db.run(plan)

    assert "cohort_started" in explained
    assert "Seq Scan on enrolment" not in explained
    assert "Seq Scan on attendance" not in explained
