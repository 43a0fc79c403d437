"""Addresses that people give for themselves, the mails that ask about them, and the page that says yes."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx

from services.notifications.contacts.domain.contacts import Confirming
from shared.contracts import coaching
from shared.contracts.envelope import Contract
from shared.ids import PersonId
from tests.service.notifications.announcements import AMARA, NOW, contact
from tests.service.notifications.mail_server import MailServer, words
from tests.support.databases import rows
from tests.support.links import LINKS
from tests.support.services import ServiceUnderTest

OLD, NEW, NEWEST = "old@example.org", "new@example.org", "newest@example.org"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def own(email: str = NEW, after: timedelta = HOUR, **but: Any) -> Contract:
    """What enrolment announces when Amara changes the address of her record."""
    moments: dict[str, Any] = {"effective_at": NOW + after, "email_given_at": NOW + after}
    return contact(email=email, **moments | but)


def staffs(email: str, after: timedelta) -> Contract:
    """What coaching announces when its staff change an entry."""
    about: dict[str, Any] = {"effective_at": NOW + after, "person_id": AMARA, "name": "Amara Okafor"}
    return coaching.contacts.ContactChanged(**about, email=email)


def told(server: MailServer) -> list[tuple[str, str]]:
    """For each mail its address and its purpose."""
    return [(mail["To"].addresses[0].addr_spec, mail["X-Academy-Purpose"]) for mail in server.taken]


def link(server: MailServer, to: str = NEW) -> str:
    """What the last question to that address asks to be opened."""
    asked = [m for m in server.taken if m["To"].addresses[0].addr_spec == to and "address_conf" in str(m.items())]
    found = re.search(r"https://academy\.example\.org/notifications(/address\?by=\S+)", words(asked[-1]))
    assert found
    return found[1]


def signed(email: str = NEW, at: datetime = NOW, person: Any = AMARA) -> str:
    return f"/address?by={Confirming.of(PersonId(person), email).signed(LINKS, at=at)}"


async def visit(service: ServiceUnderTest, method: str, url: str) -> httpx.Response:
    """As a browser does: no token, no time of its own."""
    client = service.as_("learner")
    del client.headers["Authorization"]
    return await client.request(method, url, headers={"Accept": "text/html"})


async def in_use(service: ServiceUnderTest) -> str | None:
    found = await rows(service.db, "select email from contact")
    return found[0][0] if found else None
