"""What is asked for every event and every fifth of a second finds its rows by index."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.notifications.calendars.store import invitations
from services.notifications.channels.store import deliveries
from services.notifications.contacts.store import address_requests
from services.notifications.messages.store import messages, recordings
from services.notifications.reporting.store import message_counts
from shared.postgres.database import Transaction
from tests.service.notifications.announcements import NOW
from tests.support.services import ServiceUnderTest

MESSAGES = """
insert into message (
    message_id, person_id, purpose, cause_event_id, cohort_id, session_id, correlation_id, state, due_at
)
select gen_random_uuid(), gen_random_uuid(), 'recording', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
       'correlation', case n % 100 when 0 then 'created' else 'sent' end, now()
from generate_series(1, 20000) n
"""

INVITATIONS = """
insert into invitation (person_id, session_id, sequence, session_sequence, cancelled, email)
select person_id, session_id, 0, 0, false, 'a@example.org' from message
"""


async def test_messages_are_found_by_index(notifications: ServiceUnderTest) -> None:
    async def explain(tx: Transaction) -> list[str]:
        for sql in (MESSAGES, INVITATIONS, CONTACTS, "analyze message, invitation, contact"):
            await tx.execute(sql)
        await tx.execute("set local plan_cache_mode = force_generic_plan")
        return [
            await plan(
                tx, deliveries.SQL["claim_due"], NOW, timedelta(hours=1), 50, uuid4(), timedelta(minutes=6), 20, []
            ),
            await plan(tx, address_requests.SQL["supersede_warnings"], uuid4(), "a@example.org"),
            await plan(tx, address_requests.SQL["is_due"], uuid4(), "address_change", "a@example.org"),
            await plan(tx, deliveries.SQL["release"], uuid4()),
            await plan(tx, recordings.SQL["keep_back_told_recordings"], [uuid4()]),
            await plan(tx, recordings.SQL["give_up_unrecorded"], NOW, 500),
            await plan(tx, recordings.SQL["promise_recorded"], uuid4()),
            await plan(tx, recordings.SQL["keep_back_recording"], uuid4(), uuid4(), "attended"),
            await plan(tx, messages.SQL["confirm_again"], uuid4()),
            await plan(tx, messages.SQL["of_cohort"], uuid4(), None, None, [], None, 51),
            await plan(tx, messages.SQL["count_of_cohort"], uuid4(), None, None, []),
            await plan(tx, messages.SQL["newest"], uuid4(), None, None, [], uuid4(), None, 51),
            await plan(tx, recordings.SQL["promise_recordings_again"], uuid4(), uuid4()),
            await plan(tx, recordings.SQL["keep_back_needless_recording"], uuid4(), uuid4()),
            await plan(tx, message_counts.SQL["by_cause"], uuid4(), None, None, 51),
            await plan(tx, invitations.SQL["of_people"], [uuid4()], [uuid4()]),
        ]

    due, *others = await notifications.db.run(explain)
    assert "using message_left on message" in due, due
    for found in (due, *others):
        assert "Seq Scan on message" not in found, found
        assert "Seq Scan on invitation" not in found, found
        assert "Seq Scan on contact" not in found, found


CONTACTS = """
insert into contact (person_id, name, email, source, as_of)
select person_id, 'A', 'a@example.org', 'enrolment', now() from message
"""

REQUESTS = """
insert into address_request (person_id, address, asked_at)
select gen_random_uuid(), sha256(n::text::bytea), now() from generate_series(1, 20000) n
"""


async def test_what_was_asked_of_addresses_is_found_by_index(notifications: ServiceUnderTest) -> None:
    async def explain(tx: Transaction) -> list[str]:
        await tx.execute(REQUESTS)
        await tx.execute("analyze address_request")
        await tx.execute("set local plan_cache_mode = force_generic_plan")
        sql = address_requests.SQL
        return [
            await plan(tx, sql["forget"], NOW),
            await plan(tx, sql["supersede_questions"], uuid4()),
            await plan(tx, sql["next_turn"], uuid4(), b"", NOW, 3, 10, timedelta(minutes=10)),
        ]

    *others, next_turn = await notifications.db.run(explain)
    assert "Seq Scan on address_request" not in "".join((*others, next_turn)), (others, next_turn)
    for index in ("address_request_person", "address_request_address"):
        assert f"using {index}" in next_turn, next_turn


async def plan(tx: Transaction, sql: str, *args: Any) -> str:
    """The generic plan: what a statement prepared once ends up with."""
    return "\n".join(row[0] for row in await tx.fetch(f"explain {sql}", *args))
