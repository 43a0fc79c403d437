"""What the bench measures with is what the service takes: found here, not when somebody measures next."""

from bench import cohorts
from tests.support.databases import connected, fresh_database, rows


async def test_the_bench_has_cohorts_and_people_to_enrol(postgres_admin: str) -> None:
    async with fresh_database(postgres_admin, "enrolment") as address, connected(address) as db:
        supply = await cohorts.supply(db)
        assert await rows(db, "select count(*) from cohort") == [(len(supply.cohorts),)]
        assert await rows(db, "select count(*) from learner") == [(len(supply.people),)]
        assert await rows(db, "select count(*) from outbox") == [(0,)]
