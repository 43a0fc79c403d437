"""A person is sent so many mails an hour; what would be more waits for its turn, and nobody else waits for it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.notifications.channels.domain.deliveries import ClaimId
from services.notifications.channels.workers.senders import BATCH, PUT_OFF
from services.notifications.settings import Settings
from tests.service.notifications.announcements import AMARA, NOW, contact, enrolled, readiness_changed
from tests.service.notifications.conftest import Send, claim_all, claims_pass
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.sending import AMARAS, OFFER, retry_now, states
from tests.support.databases import rows
from tests.support.services import ServiceUnderTest

HOUR = timedelta(hours=1)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mails_per_hour": 3})


def put_off() -> float:
    return next(
        sample.value for metric in PUT_OFF.collect() for sample in metric.samples if "created" not in sample.name
    )


async def test_a_person_is_sent_so_many_mails_an_hour_and_every_one_in_the_end(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(), *(readiness_changed() for _ in range(8)))
    before, sent = put_off(), list[int]()
    for at in (NOW, NOW + HOUR - timedelta(seconds=1), NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR):
        await send(at)
        sent.append(len(mail_server.taken))
    assert sent == [3, 3, 6, 8, 8]
    assert await states(notifications) == {"sent": 8}
    assert len(set(mail_server.ids())) == 8
    assert put_off() - before == 5 + 2


async def test_a_budget_comes_back_mail_by_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    for minutes in (0, 20, 40):
        await notifications.receive(contact(), readiness_changed())
        await send(NOW + timedelta(minutes=minutes))
    await notifications.receive(*(readiness_changed() for _ in range(2)))
    sent = list[int]()
    for minutes in (41, 59, 60, 79, 80):
        await send(NOW + timedelta(minutes=minutes))
        sent.append(len(mail_server.taken))
    assert sent == [3, 3, 4, 4, 5]


async def test_others_do_not_wait_behind_somebody_who_has_had_enough(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    other = UUID(int=AMARA.int + 1)
    await notifications.receive(contact(), *(readiness_changed() for _ in range(2 * BATCH)))
    await notifications.receive(*OFFER, contact(other), enrolled(other))
    await send()
    assert mail_server.purposes() == ["talent_update"] * 3 + ["confirmation"]


async def test_what_one_sender_has_taken_counts_for_the_next(notifications: ServiceUnderTest) -> None:
    await notifications.receive(contact(), *(readiness_changed() for _ in range(15)))
    mine, others = ClaimId(uuid4()), ClaimId(uuid4())
    taken = [len(await notifications.db.run(claim_all, mine))]
    await notifications.receive(*(readiness_changed() for _ in range(10)))
    taken += [len(await notifications.db.run(claim_all, claim)) for claim in (others, mine)]
    assert taken == [15, 5, 15]


async def test_what_a_lost_sender_had_taken_is_put_off_as_nobodys(notifications: ServiceUnderTest, send: Send) -> None:
    """It is not on its way any more; that it may have left is remembered."""
    await notifications.receive(contact(), *(readiness_changed() for _ in range(10)))
    await notifications.db.run(claim_all, ClaimId(uuid4()))
    await claims_pass(notifications)
    await send()
    of_the_others = "select count(claim), count(*) filter (where unsettled) from message where state = 'created'"
    assert await rows(notifications.db, of_the_others) == [(0, 7)]


async def test_what_was_refused_uses_no_budget(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    mail_server.refusals[AMARAS] = "451 busy"
    await notifications.receive(contact(), *(readiness_changed() for _ in range(3)))
    await send()
    mail_server.refusals.clear()
    await retry_now(notifications)
    await send()
    assert len(mail_server.taken) == 3
