"""Texts made to do more than stand there: they run nowhere, end no line, and lead nobody astray.

What is refused is refused without being repeated; what is let in comes out as the text that it is.
"""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, cast

import pytest
from icalendar import Calendar

from services.notifications.app import service as notifications_service
from services.notifications.channels.store import templates
from services.notifications.channels.workers.senders import Sender
from services.notifications.settings import Settings
from shared.ids import PersonId, new_id
from shared.workers import WorkerContext
from tests.service.enrolment.enrolment import AFTER, NOW, SESSION, EnrolmentService, a_learner, a_programme
from tests.service.notifications.mail_server import MailServer, words
from tests.support.academies import one_service
from tests.support.hostile_texts import LEADS_SOMEWHERE, NO_LINE_OF_TEXT, STANDS_THERE
from tests.support.links import LINK_KEYS, LINKS
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer

HEARD = {handler.event for handler in notifications_service.handlers}


@pytest.fixture(scope="module")
async def enrolment(postgres_admin: str, signer: Signer) -> AsyncGenerator[EnrolmentService]:
    async with one_service(postgres_admin, signer, "enrolment") as under_test:
        enrolment = EnrolmentService(under_test)
        await enrolment.programme()
        yield enrolment


@pytest.fixture(scope="module")
async def notifications(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    async with one_service(postgres_admin, signer, "notifications") as under_test:
        yield under_test


@pytest.mark.parametrize("text", NO_LINE_OF_TEXT.values(), ids=NO_LINE_OF_TEXT.keys())
async def test_what_is_no_line_of_text_is_let_in_by_no_field(enrolment: EnrolmentService, text: str) -> None:
    lead = enrolment.lead()
    learner, cohort = f"/v1/learners/{new_id()}", {"programme_code": "CLS7", "seats": 1, "places": 1}
    times = {"opens_at": NOW.isoformat(), "closes_at": AFTER.isoformat()}
    held = {"starts_at": SESSION.isoformat(), "ends_at": AFTER.isoformat(), "join_url": "https://nhs.uk/"}
    opened = await enrolment.cohort()
    answers = [
        *[
            await lead.put("/v1/programmes/NEW", json=a_programme(**{f: text}))
            for f in ("title", "audience", "provider")
        ],
        await lead.put("/v1/programmes/NEW", json=a_programme(awarding_body=text)),
        await lead.post("/v1/cohorts", json=cohort | times | {"title": text}),
        await lead.post(f"/v1/cohorts/{opened}/sessions", json=held | {"title": text}),
        *[await lead.put(learner, json=a_learner(**{f: text})) for f in ("name", "email", "phone", "organisation")],
    ]
    for answer in answers:
        assert problem(answer) == (422, "malformed_body")
        assert len(answer.json()["errors"]) == 1
        assert "evil" not in answer.text
        assert answer.text.isprintable()


@pytest.mark.parametrize("name", LEADS_SOMEWHERE)
async def test_a_name_leads_nowhere(enrolment: EnrolmentService, name: str) -> None:
    person = new_id()
    own = enrolment.as_("learner", person_id=person)
    answer = await own.put(f"/v1/learners/{person}", json=a_learner(name=name))
    assert [error["code"] for error in answer.json()["errors"]] == ["name_unusable"]
    assert name not in answer.text


@dataclass(frozen=True, slots=True)
class Told:
    """What a text became on its way to a participant."""

    mail: EmailMessage
    entry: Any
    page: str


@pytest.mark.parametrize("text", STANDS_THERE)
async def test_a_text_is_in_mail_calendar_and_page_the_text_that_it_is(
    enrolment: EnrolmentService, notifications: ServiceUnderTest, text: str
) -> None:
    told = await tell(enrolment, notifications, text)

    assert told.mail["Subject"] == f"Your place on {text}"
    assert {"Bcc", "Cc", "Attendee"}.isdisjoint(told.mail.keys())
    assert [address.addr_spec for address in told.mail["To"].addresses] == ["asha.patel@example.nhs.uk"]
    assert text in words(told.mail)
    assert text in str(told.entry["SUMMARY"])
    assert told.entry["ATTENDEE"] == "mailto:asha.patel@example.nhs.uk"
    heading = re.findall(r"<h1>(.*)</h1>", told.page)
    assert heading == [escaped(text)]
    assert "<script" not in told.page
    assert "<img" not in told.page
    assert await enrolment.value("select count(*) from learner") > 0


def escaped(text: str) -> str:
    """The text as a page shows it letter by letter."""
    for character, entity in {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}.items():
        text = text.replace(character, entity)
    return text


async def tell(enrolment: EnrolmentService, notifications: ServiceUnderTest, text: str) -> Told:
    """A programme, a cohort and a session of that title, and a mail about them to who has a place."""
    mails, sender, person = MailServer(), Sender(templates.load()), new_id()
    lead, before = enrolment.lead(), len(await enrolment.announced())
    answer = await lead.put(f"/v1/learners/{person}", json=a_learner())
    assert answer.status_code == 201, answer.text
    cohort = await enrolment.cohort(title=text)
    at = {"starts_at": SESSION.isoformat(), "ends_at": AFTER.isoformat(), "join_url": "https://nhs.uk/"}
    session = (await lead.post(f"/v1/cohorts/{cohort}/sessions", json=at | {"title": text})).json()
    assert (await enrolment.enrol(cohort, person)).status_code == 201
    await notifications.receive(*(e for e in (await enrolment.announced())[before:] if type(e) in HEARD), at=NOW)
    await notifications.clock.advance_to(NOW)
    async with mails.listening():
        settings = Settings(smtp=f"127.0.0.1:{mails.port}", link_keys=LINK_KEYS)
        while await sender.send_due(WorkerContext(notifications.db, notifications.clock, settings)):
            pass
        await sender.close()
    [mail] = mails.taken
    [file] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(cast("bytes", file.get_payload(decode=True)))
    [entry] = cast("Any", calendar).walk("VEVENT")
    ref = session["join_ref"]
    page = await enrolment.as_("learner").get(f"/joining/{ref}", params={"by": LINKS.signed(ref, PersonId(person))})
    return Told(mail, entry, page.text)
