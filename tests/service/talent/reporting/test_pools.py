from datetime import UTC, date, datetime
from typing import Any

from shared.postgres.database import Transaction
from tests.service.talent.builders import JANUARY, OCTOBER, YEAR_END, a_judgement, a_member, assess, join, lead
from tests.support.services import ServiceUnderTest, problem

INTERNAL = "/v1/reports/pools?audience=internal"


def counts(lines: list[dict[str, Any]]) -> dict[str, int | None]:
    return {line["code"]: line["people"] for line in lines}


async def test_the_pools_are_counted_as_at_a_day(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    await join(talent, 0, system="QHL", professional_group="CNO", service_type="MHL")
    await assess(talent, person_id, 6)
    client = lead(talent, YEAR_END)
    autumn = (await client.get(f"{INTERNAL}&as_at=2020-12-31")).json()
    spring = (await client.get(f"{INTERNAL}&as_at=2021-03-31")).json()
    assert counts(autumn["readiness"]) == {"not_yet_ready": 1, "ready_now": 1}
    assert counts(spring["readiness"]) == {"ready_now": 1, "ready_soon": 1}
    assert (spring["people"], counts(spring["system"])) == (2, {"QGH": 1, "QHL": 1})
    assert (await client.get(f"{INTERNAL}&as_at=2020-09-30")).json()["people"] == 0


async def test_what_was_known_then_is_answered_alike_later(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    then = (await lead(talent, JANUARY).get(f"{INTERNAL}&as_at=2020-12-31")).json()
    late = a_judgement(0, on=date(2020, 12, 1))
    assert (await lead(talent, YEAR_END).post(f"/v1/members/{person_id}/assessments", json=late)).status_code == 201
    client = lead(talent, YEAR_END)
    again = await client.get(
        INTERNAL, params={"as_at": "2020-12-31", "known_at": then["known_at"], "audience": "internal"}
    )
    assert again.json() == then
    now = (await client.get(f"{INTERNAL}&as_at=2020-12-31")).json()
    assert counts(now["readiness"]) == {"ready_now": 1}


async def test_a_member_who_moves_is_counted_where_they_were_on_the_day(talent: ServiceUnderTest) -> None:
    person_id = await join(talent, 18)
    moved = await lead(talent, JANUARY).put(
        f"/v1/members/{person_id}", json=a_member(18, system="QHL"), headers={"If-Match": '"1"'}
    )
    assert moved.status_code == 200
    client = lead(talent, YEAR_END)
    assert counts((await client.get(f"{INTERNAL}&as_at=2020-12-31")).json()["system"]) == {"QGH": 1}
    assert counts((await client.get(f"{INTERNAL}&as_at=2021-03-31")).json()["system"]) == {"QHL": 1}


async def test_of_an_exact_count_nothing_is_hidden(talent: ServiceUnderTest) -> None:
    await join(talent)
    report = (await lead(talent, YEAR_END).get(INTERNAL)).json()
    assert (report["people"], report["hidden"], report["revision"], report["published_at"]) == (1, None, None, None)
    rows = [row for name in ("readiness", "professional_group", "system", "service_type") for row in report[name]]
    assert [(row["people"], row["hidden"]) for row in [*rows, *report["cells"]]] == [(1, None)] * 5
    assert "all" not in report["cells"][0].values()


async def test_exact_counts_are_withheld_from_those_who_do_not_plan_with_them(talent: ServiceUnderTest) -> None:
    await join(talent)
    for role in ("learner", "manager", "board_member", "ops", "information_governance"):
        assert problem(await talent.as_(role).get(INTERNAL)) == (403, "internal_report_refused")


async def test_a_system_lead_counts_the_own_system(talent: ServiceUnderTest) -> None:
    await join(talent)
    await join(talent, system="QHL")
    report = (await talent.as_("system_lead", systems=["QGH"]).get(INTERNAL)).json()
    assert (report["people"], counts(report["system"])) == (1, {"QGH": 1})


async def test_reading_exact_counts_is_noted(talent: ServiceUnderTest) -> None:
    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch("select caller, report, systems from report_audit order by report_audit_id")

    await talent.as_("region").get(INTERNAL)
    await talent.as_("system_lead", systems=["QGH"]).get(INTERNAL)
    await talent.as_("learner").get("/v1/reports/pools")
    assert [tuple(r) for r in await talent.db.read(read)] == [
        ("region", "pools", None),
        ("system_lead", "pools", ["QGH"]),
    ]


async def test_what_was_asked_is_noted_with_who_asked(talent: ServiceUnderTest) -> None:
    async def read(tx: Transaction) -> Any:
        return await tx.fetchrow("select as_at, known_at, read_at from report_audit")

    known_at = datetime(2020, 10, 4, 9, 30, 0, 123456, tzinfo=UTC)
    asked = {"audience": "internal", "as_at": "2020-10-03", "known_at": known_at.isoformat()}
    assert (await lead(talent).get(INTERNAL, params=asked)).status_code == 200
    assert tuple(await talent.db.read(read)) == (date(2020, 10, 3), known_at, OCTOBER)


async def test_a_day_to_come_is_not_counted(talent: ServiceUnderTest) -> None:
    client = lead(talent, JANUARY)
    assert problem(await client.get(f"{INTERNAL}&as_at=2021-01-16")) == (422, "day_ahead")
