from typing import Any

from services.talent.pools.store import assessments, evidence, members
from shared.postgres.database import Transaction
from tests.service.talent.builders import OCTOBER
from tests.support.services import ServiceUnderTest

PEOPLE = """
insert into member (person_id, name, email, professional_group, system, service_type, readiness, horizon_months,
                    assessed_on, decided_by, joined_at)
select gen_random_uuid(), 'Asha Bloom', 'asha.bloom@example.nhs.uk', 'COO', case n % 2 when 0 then 'QGH' else 'QHL' end,
       'ACU', 'ready_soon', 6, '2020-10-01', gen_random_uuid(), now()
from generate_series(1, 5000) n
"""

EVIDENCE = """
insert into evidence (evidence_id, person_id, kind, programme_code, happened_at)
select gen_random_uuid(), m.person_id, 'session_attended', 'CLS7', now() + n * interval '1 hour'
from member m, generate_series(1, 10) n
"""

ASSESSMENTS = """
insert into assessment (person_id, version, readiness, horizon_months, assessed_on, decided_by, recorded_at)
select person_id, n, readiness, horizon_months, assessed_on, decided_by, joined_at
from member, generate_series(1, 3) n
"""


async def test_every_list_is_read_by_index(talent: ServiceUnderTest) -> None:
    async def explain(tx: Transaction) -> list[str]:
        for sql in (PEOPLE, EVIDENCE, ASSESSMENTS, "analyze member, evidence, assessment"):
            await tx.execute(sql)
        await tx.execute("set local plan_cache_mode = force_generic_plan")
        person_id = await tx.fetchval("select person_id from member limit 1")
        return [
            await plan(tx, members.SQL["page"], ["QGH"], None, None, person_id, 51),
            await plan(tx, members.SQL["page"], None, "QHL", "ready_soon", None, 51),
            await plan(tx, evidence.SQL["of_person"], person_id, None, 51),
            await plan(tx, evidence.SQL["delete_attendance"], person_id, person_id, OCTOBER, "CLS7"),
            await plan(tx, evidence.SQL["insert_attendance"], person_id, person_id, "CLS7", OCTOBER, person_id),
            await plan(tx, evidence.SQL["delete_completion"], person_id, "CLS7", person_id),
            await plan(tx, assessments.SQL["of_member"], person_id, 0, 51),
        ]

    for found in await talent.db.run(explain):
        assert "Seq Scan" not in found, found


async def plan(tx: Transaction, sql: str, *args: Any) -> str:
    """The generic plan: what a statement prepared once ends up with."""
    return "\n".join(row[0] for row in await tx.fetch(f"explain {sql}", *args))
