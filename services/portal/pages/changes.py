"""What was changed of a record, as people say it: in their words, and at the time of London."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from services.portal.clients.enrolment.changes import Change
from services.portal.frame.dates import moment
from services.portal.frame.states import state

_MOMENT = "_at"
"""How fields end that tell one."""


def entries(changes: Iterable[Change]) -> list[tuple[datetime, str, None]]:
    """Each as a history shows it. By whom is known by the subject of a token only, which is no name to anybody."""
    return [(change.changed_at, in_words(change), None) for change in changes]


def in_words(change: Change) -> str:
    """`Edited: places from 16 to 20; opens from … to …`."""
    turns = [
        f"{_noun(name)} from {_told(name, turn.before)} to {_told(name, turn.after)}"
        for name, turn in change.fields.items()
    ]
    done = state("change", change.action).words
    return f"{done}: {'; '.join(turns)}" if turns else done


def _noun(field: str) -> str:
    return field.removesuffix(_MOMENT).replace("_", " ")


def _told(field: str, value: Any) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str() if field.endswith(_MOMENT):
            return moment(datetime.fromisoformat(value))
        case list():
            return ", ".join(_told(field, one) for one in cast("Sequence[Any]", value))
        case dict():
            return ", ".join(
                f"{_noun(name)} {_told(name, one)}" for name, one in cast("Mapping[str, Any]", value).items()
            )
        case _:
            return str(value)
