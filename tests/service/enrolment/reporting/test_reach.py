from datetime import UTC, datetime, timedelta
from typing import Any

from services.enrolment.reporting.store import reach as store
from shared.postgres.database import Transaction
from tests.service.enrolment.enrolment import NOW, OPENS, SESSION, EnrolmentService, row
from tests.service.enrolment.grown import grown
from tests.support.services import problem

YEAR = {"from": "2020-04-01", "to": "2021-03-31"}


async def reach(enrolment: EnrolmentService, role: str = "region", **query: Any) -> Any:
    claims = {key: query.pop(key) for key in ("systems",) if key in query}
    answer = await enrolment.as_(role, **claims).get(
        "/v1/reports/reach", params=YEAR | {"audience": "internal"} | query
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_reach_counts_enrolments_people_and_attendance_on_the_day(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    women = await enrolment.people(3, gender="female", ethnic_category="N", staff_group="ADM", profession="MAN")
    men = await enrolment.people(1, gender="male", ethnic_category="Z", system="QHL")
    everyone = women + men
    await enrolment.held(everyone, ["live", "part", "missed", "live"])
    await enrolment.held(women, ["live", "missed", "recording"], SESSION + timedelta(days=30))
    await enrolment.it_is(NOW)

    report = await reach(enrolment)

    assert (report["interventions"], report["enrolments"], report["people"]) == (2, 7, 4)
    assert (report["session_places"], report["attended"]) == (7, 4)
    assert report["attended_on_the_day_percent"] == 100 * 4 / 7
    assert report["live_percent"] == 100 * 3 / 7
    assert report["female_percent"] == {"enrolments": 100 * 6 / 7, "attendances": 75, "people": 75, "hidden": None}
    assert report["minority_ethnic_percent"]["people"] == 75
    assert report["unknown_ethnicity_percent"] == 100 / 7
    groups = {g["code"]: (g["enrolments"], g["people_percent"]) for g in report["role_groups"]}
    assert groups == {"administrative_and_clerical": (6, 75), "nurses_midwives_ahps": (1, 25)}
    assert report["programmes"] == [
        {
            "programme_code": "CLS7",
            "family": "complete_leadership_series",
            "title": "Trauma informed leadership",
            "interventions": 2,
            "enrolments": 7,
            "hidden": None,
        }
    ]
    systems = {s["system"]: (s["enrolments"], s["people"]) for s in report["systems"]}
    assert (systems["QGH"], systems["QHL"], systems["QUA"], len(systems)) == ((6, 3), (1, 1), (0, 0), 11)


async def test_only_places_held_when_the_cohort_started_are_enrolments(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=3)
    session = (await enrolment.session(cohort))["session_id"]
    before, after, stays, waiting, latecomer = await enrolment.people(5)
    ids = [(await enrolment.enrol(cohort, p)).json()["enrolment_id"] for p in (before, after, stays)]
    await enrolment.wait_for(cohort, waiting)
    await enrolment.withdraw(ids[0])  # the waiting person moves up
    await enrolment.withdraw(ids[1], at=SESSION + timedelta(minutes=1))
    await enrolment.enrol(cohort, latecomer, at=SESSION + timedelta(minutes=2))
    await enrolment.register(session, [row(stays, "live"), row(after, "part"), row(waiting, "missed")])

    report = await reach(enrolment)

    assert (report["enrolments"], report["session_places"], report["attended"]) == (3, 3, 2)
    assert (report["waiting"], report["withdrawals"]) == (0, 2)


async def test_the_base_of_attendance_is_the_sessions_that_were_held(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    first, second = [(await enrolment.session(cohort, SESSION + timedelta(days=7 * n)))["session_id"] for n in (0, 1)]
    await enrolment.session(cohort, SESSION + timedelta(days=14))  # never held
    leaves, stays, silent = await enrolment.people(3)
    gone = (await enrolment.enrol(cohort, leaves)).json()["enrolment_id"]
    await enrolment.enrol(cohort, stays)
    await enrolment.enrol(cohort, silent)  # in no register, yet in every base
    await enrolment.register(first, [row(leaves, "live"), row(stays, "live")], at=SESSION + timedelta(hours=3))
    await enrolment.withdraw(gone, at=SESSION + timedelta(days=1))
    await enrolment.register(second, [row(stays, "part")], at=SESSION + timedelta(days=8))

    report = await reach(enrolment)

    assert (report["enrolments"], report["session_places"], report["attended"]) == (3, 5, 3)


async def test_a_period_is_made_of_london_days(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    (person,) = await enrolment.people(1)
    half_past_midnight = datetime(2020, 10, 11, 23, 30, tzinfo=UTC)  # 12 October in London
    await enrolment.held([person], ["live"], half_past_midnight)

    on_the_day = await reach(enrolment, **{"from": "2020-10-12", "to": "2020-10-12"})
    the_day_before = await reach(enrolment, **{"from": "2020-10-11", "to": "2020-10-11"})

    assert (on_the_day["interventions"], the_day_before["interventions"]) == (1, 0)
    wrong = await enrolment.as_("region").get("/v1/reports/reach?from=2020-10-12&to=2020-10-11")
    assert problem(wrong) == (422, "period_ends_before_it_starts")


async def test_an_earlier_register_moves_the_start_of_a_cohort(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    march, april = datetime(2021, 3, 31, 10, tzinfo=UTC), datetime(2021, 4, 7, 10, tzinfo=UTC)
    first, second = [(await enrolment.session(cohort, at))["session_id"] for at in (march, april)]
    (person,) = await enrolment.people(1)
    await enrolment.enrol(cohort, person)

    await enrolment.register(second, [row(person, "live")], at=april + timedelta(days=1))
    assert (await reach(enrolment))["interventions"] == 0
    await enrolment.register(first, [row(person, "live")], at=april + timedelta(days=1))
    report = await reach(enrolment)
    assert (report["interventions"], report["session_places"]) == (1, 1)


async def test_what_was_opened_and_starts_later_is_planned_and_not_reached(enrolment: EnrolmentService) -> None:
    await enrolment.programme("LFSC", family="leading_for_system_change", title="Leading for System Change")
    for places in (40, 36):
        cohort = await enrolment.cohort(programme="LFSC", places=places)
        await enrolment.session(cohort, datetime(2021, 6, 1, 9, tzinfo=UTC))

    report = await reach(enrolment)

    assert report["planned"] == [
        {"family": "leading_for_system_change", "programmes": 1, "cohorts": 2, "max_places": 40}
    ]
    assert (report["interventions"], report["programmes"], report["enrolments"]) == (0, [], 0)
    assert report["attended_on_the_day_percent"] is None


async def test_exact_counts_are_for_those_who_answer_for_them_and_reading_is_noted(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    near = await enrolment.people(2, system="QGH")
    far = await enrolment.people(1, system="QHL")
    await enrolment.held(near + far, ["live", "missed", "live"])

    refused = await enrolment.as_("learner").get("/v1/reports/reach", params=YEAR | {"audience": "internal"})
    own = await reach(enrolment, "system_lead", systems=["QGH"])

    assert problem(refused) == (403, "internal_report_refused")
    assert (own["enrolments"], own["attended"], own["interventions"]) == (2, 1, 1)
    assert [s["system"] for s in own["systems"]] == ["QGH"]
    noted = (
        "select caller || ' ' || report || ' ' || period_from || ' ' || array_to_string(systems, ',') from report_audit"
    )
    assert await enrolment.value(noted) == "system_lead reach 2020-04-01 QGH"


async def test_reach_of_a_grown_region_is_read_by_index(enrolment: EnrolmentService) -> None:
    async def plan(tx: Transaction) -> str:
        await grown(tx)
        rows = await tx.fetch(f"explain {store.SQL['cells']}", [OPENS], [OPENS + timedelta(days=30)], None)
        return "\n".join(r[0] for r in rows)

    explained = await enrolment.db.run(plan)

    assert "cohort_started" in explained
    assert "enrolment_cohort" in explained or "enrolment_held" in explained
    assert not {line for line in explained.splitlines() if "Seq Scan on" in line and "cohort" in line}
    assert "Seq Scan on enrolment" not in explained


async def test_a_cancelled_cohort_is_neither_planned_nor_anybodys_withdrawal(enrolment: EnrolmentService) -> None:
    cohort, (place, _) = await enrolment.full_cohort(2)
    await enrolment.session(cohort, datetime(2021, 4, 12, 9, tzinfo=UTC))
    await enrolment.withdraw(place)
    assert [p["cohorts"] for p in (await reach(enrolment))["planned"]] == [1]

    cancelled = await enrolment.lead(NOW).post(f"/v1/cohorts/{cohort}/cancellation", json={"reason": "other"})

    assert cancelled.status_code == 200
    report = await reach(enrolment)
    assert (report["planned"], report["withdrawals"]) == ([], 1)


async def test_what_is_cancelled_after_a_period_was_planned_in_it(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort()
    await enrolment.lead(datetime(2021, 4, 7, 9, tzinfo=UTC)).post(
        f"/v1/cohorts/{cohort}/cancellation", json={"reason": "other"}
    )

    assert [p["cohorts"] for p in (await reach(enrolment))["planned"]] == [1]
