"""Whose word on how somebody is reached counts, and what hearing it once more does not do."""

from datetime import timedelta

from shared.contracts import coaching, talent
from tests.service.notifications.announcements import AMARA, NOW, contact, enrolled, readiness_changed
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.own_addresses import DAY, NEW, NEWEST, own, signed, visit
from tests.service.notifications.sending import AMARAS, OFFER
from tests.support.databases import execute, rows
from tests.support.services import ServiceUnderTest


async def test_between_services_the_later_contact_counts_whichever_arrives_last(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    newer = {"effective_at": NOW + timedelta(days=1), "person_id": AMARA, "name": "Amara Okafor-Reid"}
    await notifications.receive(talent.contacts.ContactChanged.model_validate(newer | {"email": "new@example.nhs.uk"}))
    older = {"effective_at": NOW, "person_id": AMARA, "name": "A. Okafor", "email": "old@example.nhs.uk"}
    await notifications.receive(
        contact(email="first@example.nhs.uk"), coaching.contacts.ContactChanged.model_validate(older)
    )
    await notifications.receive(readiness_changed())
    await send()
    assert mail_server.taken[0]["To"].addresses[0].addr_spec == "new@example.nhs.uk"


async def test_within_a_service_the_last_word_counts(notifications: ServiceUnderTest) -> None:
    later_word = contact(email="right@example.nhs.uk", effective_at=NOW - timedelta(days=1))
    await notifications.receive(contact(email="wrong@example.nhs.uk"), later_word)
    assert await stored_address(notifications) == "right@example.nhs.uk"


async def test_a_word_said_again_under_an_earlier_moment_yields_to_no_other_service(
    notifications: ServiceUnderTest,
) -> None:
    """A service that forgot when its word changed says it again as if it were old."""
    again = contact(email="right@example.nhs.uk", effective_at=NOW - timedelta(days=7_000))
    between = {"effective_at": NOW - timedelta(days=1), "person_id": AMARA, "name": "Amara", "email": "old@example.org"}
    await notifications.receive(contact(email="right@example.nhs.uk"), again)
    await notifications.receive(coaching.contacts.ContactChanged.model_validate(between))
    assert await stored_address(notifications) == "right@example.nhs.uk"


async def test_an_older_word_of_the_same_service_yields_to_a_newer_one_of_another(
    notifications: ServiceUnderTest,
) -> None:
    """A service that was set back says what it knows; what another knows since counts."""
    since = {"effective_at": NOW + timedelta(days=7), "person_id": AMARA, "name": "Amara", "email": "new@example.org"}
    await notifications.receive(contact(email="lost@example.org", effective_at=NOW + timedelta(days=10)))
    await notifications.receive(
        contact(email="old@example.org"), coaching.contacts.ContactChanged.model_validate(since)
    )
    assert await stored_address(notifications) == "new@example.org"


async def test_of_two_words_of_one_moment_the_same_counts_however_often_they_are_said(
    notifications: ServiceUnderTest,
) -> None:
    about = {"effective_at": NOW, "person_id": AMARA, "name": "Amara"}
    words = [
        contact(email="participant@example.org"),
        talent.contacts.ContactChanged.model_validate(about | {"email": "member@example.org"}),
        coaching.contacts.ContactChanged.model_validate(about | {"email": "coach@example.org"}),
    ]
    for said in (words, words[::-1], words):
        await notifications.receive(*said)
        assert await stored_address(notifications) == "member@example.org"


async def test_a_store_that_is_new_sends_no_refused_confirmation_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    mail_server.refusals[AMARAS] = "550 no such mailbox"
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    mail_server.refusals.clear()
    await execute(notifications.db, "delete from contact")
    await notifications.receive(contact())
    assert await send() == 0
    assert mail_server.taken == []


async def test_an_address_announced_once_more_gets_no_refused_confirmation_again(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    mail_server.refusals[AMARAS] = "550 no such mailbox"
    await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    mail_server.refusals.clear()
    await notifications.receive(contact())
    assert await send() == 0
    assert mail_server.taken == []


async def stored_address(notifications: ServiceUnderTest) -> str:
    ((email,),) = await rows(notifications.db, "select email from contact")
    return email


async def test_whoever_is_reached_nowhere_yet_sees_that_an_address_waits(notifications: ServiceUnderTest) -> None:
    async def seen() -> tuple[str, bool]:
        async with notifications.as_("learner", person_id=AMARA) as amara:
            answer = (await amara.get(f"/v1/contacts/{AMARA}")).json()
        return answer["email"], answer["unconfirmed"]

    await notifications.clock.advance_to(NOW)
    await notifications.receive(own())
    assert await seen() == (NEW, True)
    await visit(notifications, "POST", signed())
    assert await seen() == (NEW, False)
    await notifications.receive(own(NEWEST, DAY))
    assert await seen() == (NEW, True)
