"""Adding many at once: every row gets its own answer, and what could not be added stays in the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from fastapi import APIRouter, Response

from services.portal.clients.api import Api, Fault
from services.portal.clients.enrolment import learners
from services.portal.clients.enrolment.learners import Holder, Outcome
from services.portal.frame.forms import Form, sentence
from services.portal.frame.navigation import PROGRAMME_LEADS
from services.portal.pages.learner_form import LABELS, words_of
from services.portal.pages.people.adding import KNOWN
from services.portal.pages.people.pasted import Table, Unreadable, repeated
from services.portal.pages.sending import Sent
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()

_MISSING = "missing"
_UNLISTED = frozenset({"unknown_code", "code_unusable"})
"""A code that is in no list, or could not be in one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a row, or why nothing did; `known`: who has its address already."""

    name: str
    outcome: str
    why: Sequence[str] = ()
    person_id: UUID | None = None
    known: Sequence[Holder] = ()


@router.get("/people/paste")
async def ask(visit: Somebody) -> Response:
    """An empty field."""
    visit.needs(PROGRAMME_LEADS)
    return _asked(visit, Form(), [])


@router.post("/people/paste")
async def add(visit: Somebody, form: Sent) -> Response:
    """Add whom one can. What is left gets a form of its own: it is another act."""
    table = _table(form)
    if table is None:
        return _asked(visit, form, [])
    answers = await _answers(visit, table, uuid5(UUID(form.key), form.value("rows")))
    refused = [number for number, answer in enumerate(answers) if answer.outcome == "refused"]
    left = Form.showing(rows=table.again(refused) if refused else "")
    return _asked(visit, left, answers)


def _asked(visit: Visit, form: Form, answers: Sequence[Answer]) -> Response:
    return visit.page("people_paste.html.j2", form=form, answers=answers, columns=list(LABELS.values()))


def _table(form: Form) -> Table | None:
    try:
        return Table.of(form.value("rows"))
    except Unreadable as unreadable:
        form.fault("rows", str(unreadable))
        return None


async def _answers(visit: Visit, table: Table, key: UUID) -> list[Answer]:
    """By row. The service takes ids on trust, so whose address is known already is not sent to it."""
    records = table.records(await words_of(visit))
    rows = [{**record, "person_id": str(uuid5(key, str(number)))} for number, record in enumerate(records)]
    told = await _known(visit.services, rows)
    told |= {n: Answer(_name(rows[n]), "refused", ["A row further up has this address"]) for n in repeated(records)}
    fresh = {number: row for number, row in enumerate(rows) if number not in told}
    outcomes = await learners.add_all(visit.services, list(fresh.values()), key=str(key)) if fresh else []
    told |= {n: _told(row, outcome) for (n, row), outcome in zip(fresh.items(), outcomes, strict=True)}
    return [told[number] for number in range(len(rows))]


async def _known(services: Api, rows: Sequence[Mapping[str, str]]) -> dict[int, Answer]:
    """Rows whose address somebody else has; the same row, sent a second time, is nobody else."""
    holders = await learners.holders(services, [row.get("email", "") for row in rows])
    others = [
        [one for one in held if str(one.person_id) != row["person_id"]] for row, held in zip(rows, holders, strict=True)
    ]
    return {n: Answer(_name(rows[n]), "refused", [KNOWN], known=held) for n, held in enumerate(others) if held}


def _told(row: Mapping[str, str], outcome: Outcome) -> Answer:
    why = [_in_words(row, fault) for fault in outcome.errors]
    return Answer(_name(row), outcome.outcome, why or [sentence(outcome.message or "")], outcome.person_id)


def _in_words(row: Mapping[str, str], fault: Fault) -> str:
    field = (fault.pointer or "").rpartition("/")[2]
    if field not in LABELS:
        return sentence(fault.detail)
    return f"{LABELS[field]}: {_at_field(row.get(field, ''), fault)}"


def _at_field(typed: str, fault: Fault) -> str:
    """The service's words of what is missing and of lists are for programs."""
    if fault.code == _MISSING:
        return "there is nothing in this column"
    return _unlisted(typed, fault) if fault.code in _UNLISTED else fault.detail


def _unlisted(code: str, fault: Fault) -> str:
    meant = " or ".join(suggestion.words for suggestion in fault.nearest or ())
    return f"“{code}” is not in the list" + (f"; perhaps {meant}?" if meant else "")


def _name(row: Mapping[str, str]) -> str:
    return row.get("name") or row.get("email") or "No name"
