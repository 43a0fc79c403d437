"""A learner who would have the academy write to strangers: in the learner's words, or at all."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.enrolment.app import service as enrolment_service
from services.notifications.app import service as notifications_service
from services.notifications.channels.store import templates
from services.notifications.channels.workers.senders import Sender
from services.notifications.settings import Settings
from shared.ids import new_id
from shared.workers import WorkerContext
from tests.service.enrolment.enrolment import NOW, EnrolmentService, a_learner
from tests.service.notifications.mail_server import MailServer, words
from tests.support.databases import connected, fresh_database
from tests.support.links import LINK_KEYS
from tests.support.services import ServiceUnderTest, serving
from tests.support.tokens import Signer

OWN, STRANGER = "mallory@example.nhs.uk", "stranger@example.org"
LURE = "colleague: your account is locked, sign in at https://evil.example/x"
HEARD = {event for handler in notifications_service.handlers for event in [handler.event]}


@dataclass(slots=True)
class Learner:
    """Somebody with a login, and everything the two services and the mail server make of what they do."""

    enrolment: EnrolmentService
    notifications: ServiceUnderTest
    sender: Sender
    mails: MailServer
    person: UUID = field(default_factory=new_id)
    heard: int = 0
    at: datetime = NOW

    async def keeps(self, **record: Any) -> httpx.Response:
        """The record as the learner puts it, at a minute of its own."""
        self.at += timedelta(minutes=1)
        await self.enrolment.it_is(self.at)
        async with self.enrolment.as_("learner", person_id=str(self.person)) as client:
            url = f"/v1/learners/{self.person}"
            answer = await client.put(url, json=a_learner(**record), headers={"If-Match": "*"})
            if answer.status_code == 412:
                answer = await client.put(url, json=a_learner(**record))
        await self.mail_goes_out()
        return answer

    async def comes_and_goes(self, cohort: str) -> None:
        """Takes a place and gives it up."""
        async with self.enrolment.as_("learner", person_id=str(self.person)) as client:
            body = {"person_id": str(self.person), "method": "self"}
            place = await client.post(f"/v1/cohorts/{cohort}/enrolments", json=body)
            assert place.status_code == 201, place.text
            await self.mail_goes_out()
            gone = f"/v1/enrolments/{place.json()['enrolment_id']}/withdrawal"
            assert (await client.post(gone, json={"reason": "workload"})).is_success
        await self.mail_goes_out()

    async def mail_goes_out(self, after: timedelta = timedelta(0)) -> None:
        """Notifications hears what enrolment announced, and sends whatever is due."""
        announced = await self.enrolment.announced()
        new, self.heard = announced[self.heard :], len(announced)
        await self.notifications.receive(*(e for e in new if type(e) in HEARD), at=self.at)
        await self.notifications.clock.advance_to(self.at + after)
        settings = Settings(smtp=f"127.0.0.1:{self.mails.port}", link_keys=LINK_KEYS)
        while await self.sender.send_due(WorkerContext(self.notifications.db, self.notifications.clock, settings)):
            pass

    def reached(self, address: str) -> list[str]:
        """What that address got, by purpose."""
        return [m["X-Academy-Purpose"] for m in self.mails.taken if m["To"].addresses[0].addr_spec == address]


@pytest.fixture
async def mallory(postgres_admin: str, signer: Signer) -> AsyncGenerator[Learner]:
    mails, sender = MailServer(), Sender(templates.load())
    async with (
        fresh_database(postgres_admin, "enrolment") as first,
        connected(first) as enrolments,
        serving(enrolment_service, enrolments, signer) as enrolment,
        fresh_database(postgres_admin, "notifications") as second,
        connected(second) as contacts,
        serving(notifications_service, contacts, signer) as notifications,
        mails.listening(),
    ):
        yield Learner(EnrolmentService(enrolment), notifications, sender, mails)
        await sender.close()


@pytest.fixture
async def cohort(mallory: Learner) -> str:
    await mallory.enrolment.programme()
    opened = await mallory.enrolment.cohort()
    await mallory.enrolment.session(opened)
    return opened


async def test_ten_mails_to_a_stranger_are_one_question_that_says_nothing_of_the_learners(
    mallory: Learner, cohort: str
) -> None:
    refused = await mallory.keeps(name=LURE, email=STRANGER)
    assert (refused.status_code, "evil" in refused.text) == (422, False)

    kept = await mallory.keeps(name="Mallory Locked-Account", email=STRANGER)
    assert kept.status_code == 201
    for _ in range(5):
        await mallory.comes_and_goes(cohort)
    await mallory.keeps(name="Mallory Sign-In", email=STRANGER, band="7")
    await mallory.keeps(name="Mallory Sign-In", email=STRANGER, band="8a", phone="01632 960000")
    await mallory.mail_goes_out(after=timedelta(days=30))

    assert mallory.reached(STRANGER) == ["address_confirmation"]
    [question] = mallory.mails.taken
    assert not any(word in question.as_string() + words(question) for word in ("Mallory", "Locked", "Sign-In"))


async def test_who_has_an_address_moves_no_mail_to_a_strangers(mallory: Learner, cohort: str) -> None:
    staffs = await mallory.enrolment.lead().put(f"/v1/learners/{mallory.person}", json=a_learner(email=OWN))
    assert staffs.status_code == 201
    await mallory.keeps(email=STRANGER)
    for _ in range(5):
        await mallory.comes_and_goes(cohort)

    assert mallory.reached(STRANGER) == ["address_confirmation"]
    assert mallory.reached(OWN) == ["address_change", *["confirmation", "withdrawal"] * 5]


async def test_staff_who_put_something_else_right_do_not_vouch_for_the_address(mallory: Learner, cohort: str) -> None:
    await mallory.keeps(email=STRANGER)
    for change in ({"name": "Mallory Jones"}, {"phone": "01632 960000"}, {"band": "7"}):
        record = a_learner(email=STRANGER) | change
        async with mallory.enrolment.lead(mallory.at) as lead:
            answer = await lead.put(f"/v1/learners/{mallory.person}", json=record, headers={"If-Match": "*"})
        assert answer.status_code == 200
    await mallory.comes_and_goes(cohort)

    assert mallory.reached(STRANGER) == ["address_confirmation"]


async def test_a_question_that_is_asked_for_again_and_again_comes_three_times_a_day(mallory: Learner) -> None:
    for n in range(20):
        await mallory.keeps(email=STRANGER if n % 2 else f"{n}.{STRANGER}")
        await mallory.keeps(email=STRANGER)

    assert len(mallory.mails.taken) == 3


async def test_the_year_of_the_academy_is_not_held_up(mallory: Learner, cohort: str) -> None:
    """What staff enter needs nobody's yes."""
    lead = mallory.enrolment.lead(datetime(2020, 9, 14, 9, tzinfo=UTC))
    await lead.put(f"/v1/learners/{mallory.person}", json=a_learner(email=OWN))
    await mallory.comes_and_goes(cohort)
    assert mallory.reached(OWN) == ["confirmation", "withdrawal"]


@pytest.mark.parametrize("batch", [True, False])
async def test_an_address_whose_question_was_lost_is_vouched_for_by_staff(
    mallory: Learner, cohort: str, *, batch: bool
) -> None:
    await mallory.keeps(email=OWN)
    await mallory.comes_and_goes(cohort)
    assert mallory.reached(OWN) == ["address_confirmation"]

    lead, record = mallory.enrolment.lead(mallory.at + timedelta(hours=1)), a_learner(email=OWN)
    if batch:
        row = record | {"person_id": str(mallory.person)}
        answer = await lead.post("/v1/learners/batch", json={"learners": [row]})
    else:
        answer = await lead.put(f"/v1/learners/{mallory.person}", json=record)
    assert answer.is_success
    await mallory.mail_goes_out(after=timedelta(hours=1))

    assert mallory.reached(OWN)[1:] == ["confirmation", "withdrawal"]
