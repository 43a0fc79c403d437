"""Mails that did not leave: by the event that caused them for operators, by person for information governance."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.api import every
from services.portal.clients.enrolment import learners
from services.portal.clients.enrolment.learners import Found
from services.portal.clients.operations import messages
from services.portal.clients.operations.messages import CausedMessages, SentMessage
from services.portal.frame.dates import stamp
from services.portal.frame.forms import Form
from services.portal.frame.navigation import GOVERNANCE
from services.portal.frame.states import choices, state
from services.portal.pages.operations.mail_words import MailWords, words_of
from services.portal.pages.sending import act, see_other
from services.portal.pages.visit import Somebody, Visit
from shared.web.tables import Entry

router = APIRouter()
_SOME = 20
_BY_EVENT = ("Event", "About", "Mails", "Why not sent", "Waits for", "Due from")
_TO_PEOPLE = ("Due", "To", "About", "State", "Why not sent", "Tries", "Sent")


@router.get("/operations/messages")
async def by_event(visit: Somebody) -> Response:
    """How many mails each event caused, and why any of them did not leave."""
    asked = visit.asked("state")
    found, words = await asyncio.gather(messages.by_event(visit.services, after=visit.after, **asked), words_of(visit))
    return visit.page(
        "messages_by_event.html.j2",
        found=found,
        words=words,
        form=Form.showing(**asked),
        states=choices("message", "All states"),
        pages=visit.pages(found.next),
        file=visit.as_file,
    )


@router.get("/operations/messages.csv")
async def by_event_as_file(visit: Somebody) -> Response:
    """The same for spreadsheets."""
    ask = partial(messages.by_event, visit.services, **visit.asked("state"))
    found, words = await asyncio.gather(every(ask), words_of(visit))
    return visit.file("mails-by-event", _BY_EVENT, (_caused(event, words) for event in found))


@router.get("/operations/messages/people")
async def to_people(visit: Somebody) -> Response:
    """The mails of a person, found by name, address or id, or of everybody; what is no id is shown again."""
    visit.needs(GOVERNANCE)
    asked, who = visit.asked("person_id", "state"), visit.asked("who").get("who", "")
    form, found, people = Form.showing(**asked, who=who), None, None
    if who and "person_id" not in asked:
        people = await _people(visit, form, who)
    elif _is_id(asked.get("person_id")):
        found = await messages.to_people(visit.services, after=visit.after, **asked)
    else:
        form.fault("person_id", "A person's id has 36 characters, like 914e065c-2596-52c7-9ac3-71061f372263")
    return visit.page(
        "messages_to_people.html.j2",
        found=found,
        people=people,
        organisations=await visit.words("organisations") if people else {},
        words=await words_of(visit),
        form=form,
        states=choices("message", "All states"),
        pages=visit.pages(found.next if found else None),
        file=visit.as_file,
    )


async def _people(visit: Visit, form: Form, who: str) -> Sequence[Found]:
    wanted = {"email" if "@" in who else "name": who}
    found = await act(form, lambda: learners.page(visit.services, **wanted, limit=_SOME), dict.fromkeys(wanted, "who"))
    return found.items if found else ()


@router.get("/operations/messages/people.csv")
async def to_people_as_file(visit: Somebody) -> Response:
    """The same for spreadsheets; what is wrong with an id the page says."""
    asked = visit.asked("person_id", "state")
    if not _is_id(asked.get("person_id")):
        return see_other(f"/operations/messages/people?{visit.request.url.query}")
    ask = partial(messages.to_people, visit.services, **asked)
    found, words = await asyncio.gather(every(ask), words_of(visit))
    return visit.file("mails-to-people", _TO_PEOPLE, (_sent(mail, words) for mail in found))


def _caused(event: CausedMessages, words: MailWords) -> Sequence[Entry]:
    return (
        str(event.cause_event_id),
        words.about(event.purposes),
        words.counted(event.messages),
        words.why(event.failure_codes),
        "; ".join(event.waiting_for),
        stamp(event.first_due_at),
    )


def _sent(mail: SentMessage, words: MailWords) -> Sequence[Entry]:
    return (
        stamp(mail.due_at),
        str(mail.person_id),
        words.about([mail.purpose]),
        state("message", mail.state).words,
        words.why([mail.failure_code]),
        mail.attempts,
        mail.sent_at and stamp(mail.sent_at),
    )


def _is_id(text: str | None) -> bool:
    try:
        return text is None or bool(UUID(text))
    except ValueError:
        return False
