"""An address that people give for themselves: nothing but a question goes there before its holder has said yes."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.notifications.contacts.commands.contacts import upsert_contact
from services.notifications.contacts.domain.contacts import Contact
from services.notifications.messages.domain.messages import Cause
from shared.ids import EventId, PersonId
from shared.postgres.database import Transaction
from tests.service.notifications.announcements import AMARA, COHORT, NOW, contact, enrolled, waitlisted, withdrawn
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer, words
from tests.service.notifications.own_addresses import (
    DAY,
    HOUR,
    NEW,
    NEWEST,
    OLD,
    in_use,
    link,
    own,
    signed,
    staffs,
    told,
    visit,
)
from tests.service.notifications.sending import OFFER, retry_now
from tests.support.databases import execute, rows
from tests.support.delivery import eventually, somebody_waits
from tests.support.links import LINKS
from tests.support.services import ServiceUnderTest


async def test_mail_goes_on_to_the_address_in_use_until_the_new_one_is_confirmed(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, contact(email=OLD), own())
    await notifications.receive(enrolled(), at=NOW)
    await send(NOW + 2 * HOUR)
    assert sorted(told(mail_server)) == [
        (NEW, "address_confirmation"),
        (OLD, "address_change"),
        (OLD, "confirmation"),
    ]

    answer = await visit(notifications, "POST", link(mail_server))
    await notifications.receive(withdrawn(), at=NOW)
    await send(NOW + 2 * HOUR)

    assert answer.status_code == 200
    assert told(mail_server)[3:] == [(NEW, "withdrawal"), (OLD, "cancellation")]


async def test_who_has_no_address_yet_is_written_to_once_it_is_confirmed(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, own(), enrolled())
    await send(NOW + DAY)
    assert told(mail_server) == [(NEW, "address_confirmation")]
    async with notifications.as_("learner", person_id=AMARA) as amara:
        messages = (await amara.get("/v1/messages", params={"purpose": "confirmation"})).json()["items"]
    assert messages[0]["waiting_for"] == ["contact"]

    await visit(notifications, "POST", link(mail_server))
    await send(NOW + DAY)

    assert told(mail_server)[1:] == [(NEW, "confirmation")]


async def test_the_question_names_nobody_and_the_old_address_learns_neither_the_new_one_nor_the_link(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email=OLD), own())
    await send(NOW + DAY)
    question, warning = sorted(mail_server.taken, key=lambda m: m["X-Academy-Purpose"], reverse=True)
    assert not any(word in question.as_string() for word in ("Amara", "Okafor", OLD))
    assert not any(word in warning.as_string() for word in (NEW, "by=", "http"))


async def test_the_old_address_is_told_also_when_the_new_one_is_confirmed_first(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    mail_server.refusals[OLD] = "451 busy"
    await notifications.receive(contact(email=OLD), own())
    await send(NOW + DAY)
    await visit(notifications, "POST", link(mail_server))
    mail_server.refusals.clear()
    await retry_now(notifications)
    await send(NOW + DAY)
    assert told(mail_server) == [(NEW, "address_confirmation"), (OLD, "address_change")]
    assert "Amara" not in words(mail_server.taken[1])


async def test_looking_at_the_page_confirms_nothing(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    """Programmes that look at mails open every link."""
    await notifications.receive(contact(email=OLD), own())
    await send(NOW + DAY)

    for method in ("GET", "HEAD", "GET"):
        answer = await visit(notifications, method, link(mail_server))

    assert await in_use(notifications) == OLD
    assert '<form method="post"' in answer.text
    assert not any(word in answer.text for word in ("Amara", NEW, OLD))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("after", [NOW + timedelta(hours=49), NOW - HOUR])
async def test_a_link_ends_after_two_days(notifications: ServiceUnderTest, method: str, after: datetime) -> None:
    await notifications.receive(contact(email=OLD), own())
    await notifications.clock.advance_to(after)
    at = NOW if after > NOW else NOW + DAY

    answer = await visit(notifications, method, signed(at=at))

    assert (answer.status_code, "This link is too old" in answer.text) == (410, True)
    assert await in_use(notifications) == OLD


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("/address", 404),
        ("/address?by=any.body", 404),
        (f"/address?by={LINKS.signed('address', PersonId(AMARA))}", 404),
        (f"/address?by={LINKS.stamped('address', b'short', at=NOW)}", 404),
        (f"/address?by={LINKS.stamped('address', AMARA.bytes, at=NOW)}", 404),
        (signed(NEWEST), 410),
        (signed(person=COHORT), 410),
    ],
)
async def test_a_link_of_nobodys_or_of_another_confirms_nothing(
    notifications: ServiceUnderTest, url: str, code: int
) -> None:
    await notifications.receive(contact(email=OLD), own())
    await notifications.clock.advance_to(NOW)

    assert [(await visit(notifications, m, url)).status_code for m in ("GET", "POST")] == [code, code]
    assert await in_use(notifications) == OLD


async def test_a_link_followed_twice_says_the_same_and_does_nothing_more(notifications: ServiceUnderTest) -> None:
    await notifications.receive(contact(email=OLD), own())
    await notifications.clock.advance_to(NOW)
    answers = await asyncio.gather(*(visit(notifications, "POST", signed()) for _ in range(3)))
    again = await visit(notifications, "GET", signed())

    assert {a.status_code for a in (*answers, again)} == {200}
    assert all("This address is confirmed" in a.text for a in (*answers, again))
    assert await rows(notifications.db, "select email from contact") == [(NEW,)]


async def test_the_link_of_an_address_that_was_replaced_is_no_longer_needed(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email=OLD), own())
    await send(NOW + HOUR)
    await notifications.receive(own(NEWEST, 2 * HOUR))
    await send(NOW + 2 * HOUR)

    answer = await visit(notifications, "POST", link(mail_server, NEW))
    assert (answer.status_code, await in_use(notifications)) == (410, OLD)
    await visit(notifications, "POST", link(mail_server, NEWEST))
    assert await in_use(notifications) == NEWEST


async def test_of_several_addresses_given_at_once_only_the_last_is_asked(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email=OLD), own(), own(NEWEST, 2 * HOUR))
    await send(NOW + DAY)
    assert sorted(told(mail_server)) == [(NEWEST, "address_confirmation"), (OLD, "address_change")]
    assert NEW not in str(await rows(notifications.db, "select m::text from message m"))


async def test_an_address_taken_back_is_asked_no_more(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email=OLD), own(), own(OLD.upper(), 2 * HOUR))
    await send(NOW + DAY)
    assert told(mail_server) == []
    assert (await visit(notifications, "POST", signed(at=NOW + DAY))).status_code == 410


async def test_the_same_event_again_or_another_name_asks_nobody_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    [event] = await notifications.receive(own())
    await send(NOW + DAY)
    await notifications.receive(event)
    await notifications.receive(own())  # announced once more, as it was
    await notifications.receive(own(after=3 * HOUR, email_given_at=NOW + HOUR, name="Amara Okafor-Reid"))
    await send(NOW + DAY)
    assert told(mail_server) == [(NEW, "address_confirmation")]

    await visit(notifications, "POST", link(mail_server))
    assert await rows(notifications.db, "select name, email from contact") == [("Amara Okafor-Reid", NEW)]


async def test_an_address_the_academy_gives_is_used_at_once_and_ends_the_question(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(contact(email=OLD), own(), staffs(NEWEST, 2 * HOUR), *OFFER, waitlisted())
    await send(NOW + DAY)
    assert told(mail_server) == [(NEWEST, "waiting_list")]
    assert (await visit(notifications, "POST", signed(at=NOW + DAY))).status_code == 410


@pytest.mark.parametrize("after", [2 * HOUR, timedelta(0)], ids=["later", "of before"])
async def test_an_address_the_academy_gives_too_is_confirmed_by_it(
    notifications: ServiceUnderTest, after: timedelta
) -> None:
    await notifications.receive(contact(email=OLD, effective_at=NOW - DAY), own(name="A. Okafor"), staffs(NEW, after))
    assert await in_use(notifications) == NEW
    assert await rows(notifications.db, "select * from unconfirmed_contact") == []


@pytest.mark.parametrize("reorder", [False, True])
async def test_between_services_the_later_word_counts_whichever_arrives_first(
    notifications: ServiceUnderTest, *, reorder: bool
) -> None:
    """The academy's word of before leaves the question standing; one of after ends it."""
    await notifications.clock.advance_to(NOW)
    for after, email in ((timedelta(minutes=30), NEW), (2 * HOUR, NEWEST)):
        await execute(notifications.db, "truncate contact, unconfirmed_contact, message")
        words = [own(), staffs(NEWEST, after)]
        await notifications.receive(contact(email=OLD), *(reversed(words) if reorder else words))
        assert await in_use(notifications) == NEWEST
        await visit(notifications, "POST", signed())
        assert await in_use(notifications) == email


async def test_of_an_address_that_was_over_when_it_was_heard_of_nobody_is_asked(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(staffs(NEWEST, 2 * HOUR), own())
    await send(NOW + DAY)
    assert told(mail_server) == []


async def test_who_confirms_an_address_while_another_is_given_is_told_that_it_was_replaced(
    notifications: ServiceUnderTest,
) -> None:
    await notifications.receive(contact(email=OLD), own())
    await notifications.clock.advance_to(NOW)
    cause = Cause(EventId(uuid4()), "correlation", NOW)
    moment = NOW + 2 * HOUR
    newest = Contact.announced(PersonId(AMARA), "Amara", NEWEST, source="enrolment", as_of=moment, given_at=moment)
    given = asyncio.Event()

    async def give(tx: Transaction) -> None:
        await upsert_contact(tx, newest, cause)
        given.set()
        await eventually(lambda: somebody_waits(notifications.db))

    giving = asyncio.create_task(notifications.db.run(give))
    await given.wait()
    answer = await visit(notifications, "POST", signed())
    await giving

    assert (answer.status_code, await in_use(notifications)) == (410, OLD)
    assert await rows(notifications.db, "select email from unconfirmed_contact") == [(NEWEST,)]


async def test_a_confirmation_and_a_newer_address_that_meet_leave_the_newer_one(
    notifications: ServiceUnderTest,
) -> None:
    await notifications.clock.advance_to(NOW)
    for n in range(5):
        await notifications.receive(own(after=timedelta(minutes=n)))
        newest = staffs(NEWEST, DAY + timedelta(minutes=n))
        await asyncio.gather(visit(notifications, "POST", signed()), notifications.receive(newest))
        assert await in_use(notifications) == NEWEST
        assert await rows(notifications.db, "select * from unconfirmed_contact") == []
        await execute(notifications.db, "truncate contact")


async def test_a_name_kept_from_before_that_leads_somewhere_is_said_in_no_mail(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    await notifications.receive(*OFFER, contact(name="colleague: sign in at https://evil.example/x", email=OLD))
    await notifications.receive(enrolled())
    await send()
    assert words(mail_server.taken[0]).startswith("Hello,")
    assert "evil" not in "".join(
        str(p.get_payload(decode=True)) for p in mail_server.taken[0].walk() if not p.is_multipart()
    )
