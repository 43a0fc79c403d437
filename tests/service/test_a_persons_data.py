"""The SQL of the runbook on a person's data: `held` tells all there is, `erase` leaves nothing that names anybody."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.ids import new_id
from shared.messaging.wire import Event
from tests.service.coaching.builders import an_entry
from tests.service.coaching.builders import completed as qualified
from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.service.notifications import announcements as announced
from tests.service.notifications.own_addresses import own
from tests.service.talent.builders import OCTOBER, a_member, assess, attended
from tests.support.academies import the_service
from tests.support.databases import connected, execute, fresh_database
from tests.support.packages import ROOT, SERVICES
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer

ZEBEDEE: dict[str, Any] = {"name": "Zebedee Quillfeather", "email": "z.quillfeather@example.nhs.uk"}
NEXT = "zq.private@example.org"
PHONE = "07700 900123"
NAMES = ("zebedee", "quillfeather", NEXT, PHONE)
AT = datetime(2020, 9, 14, 9, tzinfo=UTC)
every_service = pytest.mark.parametrize("name", SERVICES)
announcers = pytest.mark.parametrize("name", sorted(set(SERVICES) - {"notifications"}))


@dataclass(slots=True)
class Known:
    """A service that knows the person, by what it was told, and what the files of the runbook do there."""

    service: ServiceUnderTest
    person: UUID
    connection: Any
    delivered: Sequence[Event] = ()

    async def held(self) -> Mapping[str, Any]:
        return json.loads(await self.connection.fetchval(self._file("held")))

    async def erase(self) -> None:
        await self.connection.execute(self._file("erase"))

    async def tables_with(self, *words: str) -> set[str]:
        """The tables in which any of the words stands in any column, also in bytes."""
        tables = await self.connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        found: set[str] = set()
        for (table,) in tables:
            for word in words:
                row = "lower(r::text) like '%' || $1 || '%' or lower(r::text) like '%' || $2 || '%'"
                sql = f"select exists (select from {table} r where {row})"
                if await self.connection.fetchval(sql, word.lower(), word.encode().hex()):
                    found.add(table)
        return found

    def _file(self, what: str) -> str:
        """As psql reads it, told the person's id."""
        text = (ROOT / "docs" / "runbooks" / "person" / f"{self.service.service.name}-{what}.sql").read_text()
        return text.replace(":'person'", f"'{self.person}'")


@pytest.fixture
async def known(name: str, postgres_admin: str, signer: Signer) -> AsyncGenerator[Known]:
    async with (
        fresh_database(postgres_admin, name) as address,
        connected(address) as db,
        serving(the_service(name), db, signer) as service,
    ):
        connection = await asyncpg.connect(address)
        person, delivered = await MEET[name](service)
        yield Known(service, person, connection, delivered)
        await connection.close()


async def _meet_enrolment(service: ServiceUnderTest) -> tuple[UUID, Sequence[Event]]:
    enrolment = EnrolmentService(service)
    await enrolment.programme()
    (person,) = await enrolment.people(1)
    answer = await enrolment.lead().put(
        f"/v1/learners/{person}", json=a_learner(**ZEBEDEE, phone=PHONE), headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200, answer.text
    await enrolment.held([person], ["live"])
    return person, ()


async def _meet_coaching(service: ServiceUnderTest) -> tuple[UUID, Sequence[Event]]:
    person, lead = new_id(), service.as_("programme_lead", at=AT)
    (await lead.put(f"/v1/practitioners/{person}", json=an_entry(**ZEBEDEE))).raise_for_status()
    body = {"person_id": str(person), "form": "coaching"}
    (await lead.post("/v1/requests", json=body)).raise_for_status()
    return person, await service.receive(qualified(person, "mentoring_skills"))


async def _meet_talent(service: ServiceUnderTest) -> tuple[UUID, Sequence[Event]]:
    person, lead = new_id(), service.as_("talent_lead", at=OCTOBER)
    (await lead.put(f"/v1/members/{person}", json=a_member(**ZEBEDEE))).raise_for_status()
    await assess(service, person, 6)
    return person, await service.receive(attended(person))


async def _meet_notifications(service: ServiceUnderTest) -> tuple[UUID, Sequence[Event]]:
    delivered = await service.receive(
        announced.contact(**ZEBEDEE),
        announced.programme_published(),
        announced.cohort_opened(),
        announced.session_scheduled(),
        announced.enrolled(),
        own(email=NEXT, after=timedelta(minutes=1), name=ZEBEDEE["name"]),
    )
    entry = "insert into invitation values ($1, $2, 1, 1, false, $3)"
    await execute(service.db, entry, announced.AMARA, announced.SESSION, ZEBEDEE["email"])
    return announced.AMARA, delivered


MEET = {
    "enrolment": _meet_enrolment,
    "coaching": _meet_coaching,
    "talent": _meet_talent,
    "notifications": _meet_notifications,
}


@every_service
async def test_what_is_held_of_a_person_is_told_of_every_table(known: Known) -> None:
    held = await known.held()
    columns = await known.connection.fetch(
        "select table_name from information_schema.columns join pg_tables on tablename = table_name"
        " where schemaname = 'public' and column_name = 'person_id'"
    )
    assert {table for (table,) in columns} <= held.keys()
    assert {table for table, rows in held.items() if rows} >= await known.tables_with(str(known.person))
    assert ZEBEDEE["email"] in json.dumps(held)


@every_service
async def test_an_erased_person_is_named_nowhere_and_nobody_else_is_touched(known: Known) -> None:
    await known.connection.execute("delete from outbox")  # what was announced has left
    assert await known.tables_with(*NAMES)
    other = replace(known, person=new_id())
    await other.erase()
    assert await known.tables_with(*NAMES)
    await known.erase()
    assert await known.tables_with(*NAMES) == set()


@announcers
async def test_contacts_are_announced_again_without_an_erased_persons_name(known: Known) -> None:
    await known.connection.execute("delete from outbox")
    await known.erase()
    ops, body = known.service.as_("ops"), {"reason": "restored", "dry_run": False}
    answer = await ops.post("/v1/operations/contacts/republish", json=body)
    assert answer.status_code == 200, answer.text
    again = await known.service.announced()
    assert {event.email for event in again} <= {"erased@example.com"}


@pytest.mark.parametrize("name", ["notifications"])
async def test_nothing_is_told_again_when_events_are_read_again(known: Known) -> None:
    told = "select message_id, state from message order by message_id"
    await known.erase()
    before = await known.connection.fetch(told)
    assert {state for _, state in before} == {"suppressed"}
    await known.connection.execute("delete from consumer_cursor")
    await known.service.receive(*(event for event in known.delivered if event.envelope.topic == "enrolment.learners"))
    assert await known.connection.fetch(told) == before


@pytest.mark.parametrize("name", ["talent"])
async def test_judgements_stand_under_the_id(known: Known) -> None:
    kept = "select * from assessment order by version"
    before = await known.connection.fetch(kept)
    await known.erase()
    assert await known.connection.fetch(kept) == before
