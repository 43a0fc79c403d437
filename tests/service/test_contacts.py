"""Contact details announced once more, by each service that announces any."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from academy.operations import contacts as operations
from services.coaching.register.store import practitioners
from services.enrolment.people.store import learners
from services.talent.pools.store import members
from shared.contracts.contacts import ContactDetails
from shared.ids import new_id
from shared.messaging import contacts
from shared.postgres.database import Transaction
from tests.service.coaching.builders import an_entry
from tests.service.enrolment.enrolment import a_learner
from tests.service.talent.builders import a_member
from tests.support.academies import all_services, the_service
from tests.support.delivery import PATIENCE, eventually, somebody_waits
from tests.support.packages import SERVICES
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer

JOINED = datetime(2020, 10, 14, 9, tzinfo=UTC)
MOVED = JOINED + timedelta(days=30)
LATER = JOINED + timedelta(days=300)
WHY = "a new store of contacts"
QUERIES = {"enrolment": learners.SQL, "coaching": practitioners.SQL, "talent": members.SQL}
PATH = "/v1/operations/contacts/republish"


@dataclass(frozen=True, slots=True)
class Announcer:
    """A service that announces how people are reached, and how it comes to know one."""

    name: str
    people: str
    table: str
    body: dict[str, Any]
    service: ServiceUnderTest | None = None

    @property
    def under_test(self) -> ServiceUnderTest:
        assert self.service is not None
        return self.service

    async def keep(self, person: UUID, *, at: datetime, **changed: Any) -> None:
        """Enter the person, or change what is kept."""
        async with self.under_test.as_("programme_lead", "talent_lead", at=at) as lead:
            answer = await lead.put(
                f"/v1/{self.people}/{person}", json=self.body | changed, headers={"If-Match": "*"} if changed else {}
            )
        assert answer.is_success, answer.text

    async def republish(self, after: UUID | None = None, *, dry_run: bool = False) -> dict[str, Any]:
        body = {"after": str(after) if after else None, "reason": WHY, "dry_run": dry_run}
        async with self.under_test.as_("ops", at=LATER) as ops:
            answer = await ops.post(PATH, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def told(self, person: UUID) -> list[ContactDetails]:
        """What was announced of one person."""
        return [e for e in await self.under_test.announced() if isinstance(e, ContactDetails) and e.person_id == person]


ANNOUNCERS = (
    Announcer("enrolment", "learners", "learner", a_learner()),
    Announcer("coaching", "practitioners", "practitioner", an_entry()),
    Announcer("talent", "members", "member", a_member()),
)


@pytest.fixture(scope="module")
async def running(postgres_admin: str, signer: Signer) -> AsyncGenerator[dict[str, ServiceUnderTest]]:
    async with all_services(postgres_admin, signer) as running:
        yield running


@pytest.fixture(params=ANNOUNCERS, ids=lambda a: a.name)
def announcer(request: pytest.FixtureRequest, running: dict[str, ServiceUnderTest]) -> Announcer:
    return replace(request.param, service=running[request.param.name])


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_announces_contacts_can_do_so_again_and_the_command_knows(name: str) -> None:
    service = the_service(name)
    announces = any(issubclass(event, ContactDetails) for event in service.announces)
    assert (service.contacts is not None, name in operations.ANNOUNCERS) == (announces, announces)


async def test_each_is_announced_as_before_under_the_moment_of_the_last_change(announcer: Announcer) -> None:
    person = new_id()
    await announcer.keep(person, at=JOINED)
    await announcer.keep(person, at=MOVED, email="asha@elsewhere.example.org")
    entered, moved = await announcer.told(person)
    assert (entered.effective_at, moved.effective_at) == (JOINED, MOVED)

    await announcer.republish()

    assert await announcer.told(person) == [entered, moved, moved]


async def test_what_else_changes_leaves_the_moment_as_it_was(announcer: Announcer) -> None:
    person = new_id()
    await announcer.keep(person, at=JOINED)
    elsewhere = {"system": "QHL"} | ({"organisation": "QHL01"} if "organisation" in announcer.body else {})
    await announcer.keep(person, at=MOVED, **elsewhere)

    await announcer.republish()

    entered, again = await announcer.told(person)
    assert again == entered


async def test_a_dry_run_only_counts_and_is_the_default(announcer: Announcer) -> None:
    person = new_id()
    await announcer.keep(person, at=JOINED)
    before = len(await announcer.under_test.announced())

    counted = await announcer.republish(dry_run=True)
    async with announcer.under_test.as_("ops") as ops:
        by_default = (await ops.post(PATH, json={"reason": WHY})).json()

    assert counted == by_default == {"dry_run": True, "people": counted["people"], "next": None}
    assert counted["people"] >= 1
    assert len(await announcer.under_test.announced()) == before


async def test_a_dry_run_counts_all_wherever_it_begins_and_so_tells_of_nobody(announcer: Announcer) -> None:
    person = new_id()
    await announcer.keep(person, at=JOINED)
    just_before = UUID(int=person.int - 1)

    counts = [(await announcer.republish(after, dry_run=True))["people"] for after in (None, just_before, person)]

    assert len(set(counts)) == 1
    assert counts[0] >= 1


async def test_a_dry_run_waits_for_nobody_and_hinders_nobody(announcer: Announcer) -> None:
    person = new_id()
    await announcer.keep(person, at=JOINED)

    async def edit(tx: Transaction) -> dict[str, Any]:
        await tx.execute(f"update {announcer.table} set email = 'new@example.org' where person_id = $1", person)
        return await asyncio.wait_for(announcer.republish(dry_run=True), PATIENCE)

    assert (await announcer.under_test.db.run(edit))["people"] >= 1


async def test_a_page_begins_where_the_one_before_ended_whoever_plans_it(announcer: Announcer) -> None:
    async def generic(tx: Transaction) -> str:
        await tx.execute("set local plan_cache_mode = force_generic_plan")
        await tx.execute("set local enable_seqscan = off")
        sql = QUERIES[announcer.name]["lock_after"]
        return "\n".join(row[0] for row in await tx.fetch(f"explain {sql}", new_id(), contacts.MOST))

    assert "Index Cond: (person_id >" in await announcer.under_test.db.run(generic)


async def test_pages_follow_each_other_until_all_were_announced(
    announcer: Announcer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "MOST", 2)
    people = [new_id() for _ in range(3)]
    for person in people:
        await announcer.keep(person, at=JOINED)
    after, pages = None, list[int]()
    while True:
        page = await announcer.republish(after)
        pages.append(page["people"])
        if page["next"] is None:
            break
        after = page["next"]
    assert max(pages) == 2
    assert [len(await announcer.told(person)) for person in people] == [2, 2, 2]


async def test_who_did_it_and_why_is_written_down(announcer: Announcer) -> None:
    person = new_id()
    await announcer.keep(person, at=JOINED)
    await announcer.republish()
    async with announcer.under_test.as_("ops") as ops:
        newest = (await ops.get("/v1/operations/actions")).json()["items"][0]
    assert (newest["action"], newest["reason"]) == ("republish_contacts", WHY)


async def test_an_address_being_changed_is_announced_after_the_change_and_never_before_it(announcer: Announcer) -> None:
    """Else the older address would be the last word."""
    person = new_id()
    await announcer.keep(person, at=JOINED)
    db, changed = announcer.under_test.db, asyncio.Event()

    async def change(tx: Transaction) -> None:
        await tx.execute(f"update {announcer.table} set email = 'new@example.org' where person_id = $1", person)
        changed.set()
        await eventually(lambda: somebody_waits(db))

    changing = asyncio.create_task(db.run(change))
    await changed.wait()
    await announcer.republish()
    await changing

    assert (await announcer.told(person))[-1].email == "new@example.org"


async def test_a_repeat_after_a_lost_answer_announces_nobody_twice(announcer: Announcer) -> None:
    person = new_id()
    await announcer.keep(person, at=JOINED)
    body, key = {"reason": WHY, "dry_run": False}, {"Idempotency-Key": str(uuid4())}
    async with announcer.under_test.as_("ops") as ops:
        first = await ops.post(PATH, json=body, headers=key)
        second = await ops.post(PATH, json=body, headers=key)
    assert first.json() == second.json()
    assert len(await announcer.told(person)) == 2


async def test_nobody_is_announced_for_no_reason(announcer: Announcer) -> None:
    async with announcer.under_test.as_("ops") as ops:
        answer = await ops.post(PATH, json={"reason": "", "dry_run": False})
    assert problem(answer) == (422, "malformed_body")


async def test_who_announces_nobody_has_no_such_act(running: dict[str, ServiceUnderTest]) -> None:
    async with running["notifications"].as_("ops") as ops:
        assert (await ops.post(PATH, json={"reason": WHY})).status_code == 404
