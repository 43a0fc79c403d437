from typing import Any

from services.coaching.register.store import candidates, practitioners
from services.coaching.relationships.store import relationships
from shared.postgres.database import Transaction
from tests.support.services import ServiceUnderTest

FILL = (
    """
insert into practitioner (person_id, name, email, kinds, origin, qualifications, system, half, capacity, registered_at)
select gen_random_uuid(), 'Colm Reid', 'colm.reid@example.nhs.uk', '{coach}', 'added', '{ilm_5}',
       case n % 2 when 0 then 'QGH' else 'QHL' end, 'west', 3, now()
from generate_series(1, 5000) n
""",
    """
insert into candidate (candidate_id, person_id, kind, award, programme_code, qualified_at)
select gen_random_uuid(), person_id, 'coach', 'ilm_5', 'ILM5', now() from practitioner
""",
    """
insert into relationship (relationship_id, person_id, form, state, prioritised, reason, requested_at)
select gen_random_uuid(), person_id, 'coaching', 'requested', false, 'none', now() from practitioner
""",
    "analyze practitioner, candidate, relationship",
)


async def test_every_list_is_read_by_index(coaching: ServiceUnderTest) -> None:
    async def explain(tx: Transaction) -> list[str]:
        for sql in FILL:
            await tx.execute(sql)
        await tx.execute("set local plan_cache_mode = force_generic_plan")
        person_id = await tx.fetchval("select person_id from practitioner limit 1")
        return [
            await plan(tx, practitioners.SQL["page"], "coach", "QGH", None, 51),
            await plan(tx, candidates.SQL["page"], None, None, None, 51),
            await plan(tx, candidates.SQL["page"], "coach", False, None, 51),
            await plan(tx, candidates.SQL["delete"], person_id, "ILM5", person_id),
            await plan(tx, relationships.SQL["of_person"], person_id, None, False, 51),
        ]

    for found in await coaching.db.run(explain):
        assert "Seq Scan" not in found, found


async def plan(tx: Transaction, sql: str, *args: Any) -> str:
    """The generic plan: what a statement prepared once ends up with."""
    return "\n".join(row[0] for row in await tx.fetch(f"explain {sql}", *args))
