"""A region after three busy years, for plans of queries."""

from shared.postgres.database import Transaction
from tests.service.enrolment.enrolment import OPENS


async def grown(tx: Transaction) -> None:
    """Three years of a busy region: 1,000 cohorts of 20."""
    await tx.execute("insert into programme values ('P', 'f', 't', '{I}', 'a', 'p', null, null, null, false, false, 1)")
    await tx.execute(
        "insert into learner select gen_random_uuid(), n::text, 'a@example.org', null, 'QGH', 'QGH01', 'NMR',"
        " 'NUR', '6', 'female', 'A', 1 from generate_series(1, 20) n"
    )
    await tx.execute(
        "insert into cohort select gen_random_uuid(), 'P', 't', 20, 20, null, at, at, 5, at, 'first_come', 20, 0, 0, 1,"
        " at, at, 1 from generate_series(1, 1000) n"
        " cross join lateral (select $1::timestamptz + n * interval '1 day') t (at)",
        OPENS,
    )
    await tx.execute(
        "insert into session select gen_random_uuid(), cohort_id, 't', started_at, started_at + interval '1 hour',"
        " cohort_id::text, 'https://rooms.example.org', null, null, started_at, 0 from cohort"
    )
    await tx.execute(
        "insert into enrolment select gen_random_uuid(), cohort_id, person_id, 'enrolled', 'self', system,"
        " organisation, staff_group, profession, band, opened_at, opened_at from cohort cross join learner"
    )
    await tx.execute("analyze cohort, session, enrolment, learner")
