"""A register as a form tells it: one choice a person, beside what stood there when the form was made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from services.portal.clients.enrolment.registers import Answer, Line
from services.portal.frame.forms import Form

CHOICES: Mapping[str, str] = MappingProxyType(
    {"live": "Attended", "part": "In part", "missed": "Missed", "apologies": "Sent apologies"}
)
"""Apologies are sent for a session that is missed: one choice, so that no second field hangs on the first."""

_CHOSEN, _STOOD = "mode-", "stood-"


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in the form; `answer` is what became of them when it was saved last."""

    line: Line
    stands: str
    chosen: str
    answer: Answer | None = None

    @property
    def refused(self) -> bool:
        """Whether this row was not saved."""
        return self.answer is not None and self.answer.refused


def rows(lines: Iterable[Line], form: Form | None = None, answers: Iterable[Answer] = ()) -> list[Row]:
    """By name; each as it stands, or as it was chosen where that was not saved."""
    answered = {answer.person_id: answer for answer in answers}
    return [_row(line, form, answered.get(line.person_id)) for line in sorted(lines, key=_by_name)]


def _by_name(line: Line) -> str:
    return line.name.casefold()


def _row(line: Line, form: Form | None, answer: Answer | None) -> Row:
    who, stands = str(line.person_id), standing(line)
    unsaved = form is not None and _is_changed(form, who) and (answer is None or answer.refused)
    return Row(line, stands, form.value(f"{_CHOSEN}{who}") if form and unsaved else stands, answer)


def standing(line: Line) -> str:
    """Which choice says what was entered; none where nothing was."""
    if line.on_the_day == "missed" and line.apologies:
        return "apologies"
    return line.on_the_day or ""


def told(form: Form) -> list[dict[str, Any]]:
    """What differs from what stood there.

    What was not touched is not told again: minutes that somebody entered of it would be lost, and so would what
    another person saved meanwhile.
    """
    people = [name.removeprefix(_CHOSEN) for name in form.typed if name.startswith(_CHOSEN)]
    return [_told(who, form.value(f"{_CHOSEN}{who}")) for who in people if _is_changed(form, who)]


def _is_changed(form: Form, who: str) -> bool:
    chosen = form.value(f"{_CHOSEN}{who}")
    return chosen in CHOICES and chosen != form.value(f"{_STOOD}{who}")


def _told(who: str, chosen: str) -> dict[str, Any]:
    apologies = chosen == "apologies"
    return {"person_id": who, "mode": "missed" if apologies else chosen, "apologies": apologies}


def key_of(form: Form, rows: Iterable[Mapping[str, Any]]) -> str:
    """Of these rows of this form: sent twice it is one act, and gone back to and changed it is another."""
    return str(uuid5(UUID(form.key), repr(list(rows))))


def tell_refusals(form: Form, shown: Iterable[Row], answers: Iterable[Answer]) -> None:
    """Let the form say which rows were not saved, and why; also of people who counted no more when it was sent."""
    names: dict[UUID | None, str] = {row.line.person_id: row.line.name for row in shown}
    for answer in answers:
        name = names.get(answer.person_id)
        if not answer.refused:
            continue
        if name is None:
            form.others.append(f"Somebody who is not in this register any more: {answer.message}")
        else:
            form.fault(f"{_CHOSEN}{answer.person_id}", f"{name}: {answer.message}")


def summary(rows: Iterable[Row]) -> str | None:
    """What became of what was sent, in a sentence."""
    outcomes = [row.answer.outcome for row in rows if row.answer]
    saved = sum(outcome in {"recorded", "changed"} for outcome in outcomes)
    parts = [
        f"{saved} {'row' if saved == 1 else 'rows'} saved" if saved else "",
        f"{outcomes.count('unchanged')} as before" if "unchanged" in outcomes else "",
        f"{outcomes.count('refused')} not saved" if "refused" in outcomes else "",
    ]
    return ", ".join(part for part in parts if part) or None
