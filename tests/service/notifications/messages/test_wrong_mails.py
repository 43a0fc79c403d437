"""The SQL of the runbook on a wrong mail: who was told is found by its cause, and what waits is held back."""

from typing import Any

import pytest

from shared.messaging.wire import Event
from tests.service.notifications.announcements import AMARA, contact, enrolled
from tests.service.notifications.conftest import Send
from tests.service.notifications.mail_server import MailServer
from tests.service.notifications.sending import OFFER, states
from tests.support.databases import execute, rows
from tests.support.packages import ROOT
from tests.support.services import ServiceUnderTest

FOLDER = ROOT / "docs" / "runbooks" / "mail"


def sql(name: str, cause: Any) -> str:
    """As psql reads the file, told the cause."""
    return (FOLDER / name).read_text().replace(":'cause'", f"'{cause}'")


def causes(event: Event) -> list[Any]:
    """The event, and the request that set it off."""
    return [event.envelope.id, event.envelope.correlation_id]


@pytest.mark.parametrize("which", [0, 1], ids=["event", "request"])
async def test_who_was_told_is_found_by_the_event_and_by_the_request(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, which: int
) -> None:
    *_, cause = await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    told = await rows(notifications.db, sql("told.sql", causes(cause)[which]))
    assert [row[:5] for row in told] == [(AMARA, "Amara Okafor", contact().email, "confirmation", "sent")]
    assert await rows(notifications.db, sql("told.sql", AMARA)) == []


@pytest.mark.parametrize("which", [0, 1], ids=["event", "request"])
async def test_what_waits_is_held_back_and_nothing_of_another_cause(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send, which: int
) -> None:
    *_, cause = await notifications.receive(*OFFER, enrolled())
    await execute(notifications.db, sql("hold-back.sql", AMARA))
    assert await states(notifications) == {"created": 1}
    await execute(notifications.db, sql("hold-back.sql", causes(cause)[which]))
    await notifications.receive(contact())
    assert await send() == 0
    assert mail_server.taken == []
    assert await states(notifications) == {"suppressed": 1}


async def test_what_has_left_stays_as_it_was(
    notifications: ServiceUnderTest, mail_server: MailServer, send: Send
) -> None:
    *_, cause = await notifications.receive(contact(), *OFFER, enrolled())
    await send()
    await execute(notifications.db, sql("hold-back.sql", cause.envelope.id))
    assert await states(notifications) == {"sent": 1}
