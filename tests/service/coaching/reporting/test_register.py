from typing import Any
from uuid import uuid4

from shared.postgres.database import Transaction
from tests.service.coaching.builders import completed, lead, register
from tests.support.services import ServiceUnderTest, problem


def cells(report: dict[str, Any]) -> dict[tuple[str, str, str], int | None]:
    return {(c["kind"], c["origin"], c["half"]): c["people"] for c in report["cells"]}


async def test_the_register_is_counted_by_kind_origin_and_half(coaching: ServiceUnderTest) -> None:
    await register(coaching, "coach", "mentor", further_qualifications=["mentoring_skills"])
    await register(coaching, origin="migrated", system="QJM")
    await coaching.receive(completed(uuid4(), "mentoring_skills"), completed(uuid4(), "mentoring_skills"))
    report = (await lead(coaching).get("/v1/reports/register?audience=internal")).json()
    assert report["people"] == 2
    assert cells(report) == {
        ("coach", "added", "west"): 1,
        ("mentor", "added", "west"): 1,
        ("coach", "migrated", "east"): 1,
    }
    assert report["developed"] == [{"kind": "mentor", "people": 2}]


async def test_exact_counts_are_never_called_published(coaching: ServiceUnderTest) -> None:
    published = await coaching.as_("region").get("/v1/reports/register?audience=published")
    assert problem(published)[0] == 422


async def test_reading_exact_counts_is_noted(coaching: ServiceUnderTest) -> None:
    async def read(tx: Transaction) -> list[str]:
        return [r["caller"] for r in await tx.fetch("select caller from report_audit")]

    await coaching.as_("region").get("/v1/reports/register")
    await lead(coaching).get("/v1/reports/register?audience=internal")
    assert await coaching.db.read(read) == ["region", "programme_lead-replay"]


async def test_the_register_is_counted_for_those_who_keep_it(coaching: ServiceUnderTest) -> None:
    for role in ("learner", "practitioner", "talent_lead", "ops"):
        assert problem(await coaching.as_(role).get("/v1/reports/register")) == (403, "role_missing")
