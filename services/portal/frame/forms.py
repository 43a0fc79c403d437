"""What a person typed into a form, and what is wrong with it: nothing typed is ever lost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

from starlette.datastructures import ImmutableMultiDict

from services.portal.frame.typed_dates import (
    STOOD,
    Unreadable,
    standing,
    typed_day,
    typed_end,
    typed_moment,
    typed_month,
    typed_time,
)

KEY, CSRF = "idempotency_key", "csrf"
_MOST_DIGITS = 6
_CHOOSE = "Choose one of these"
_BY_CODE: Mapping[str, str] = MappingProxyType(
    {
        "missing": "Fill this in",
        "literal_error": _CHOOSE,
        "enum": _CHOOSE,
        "greater_than_equal": "Enter {bound} or more",
        "less_than_equal": "Enter {bound} or less",
    }
)
"""Where a service has words for programs only, by the code of what is wrong; they end in the bound, if there is one."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the summary, and the field it leads to, where it is one field's."""

    text: str
    href: str | None = None


@dataclass(slots=True)
class Form:
    """Values under the names of their fields; `key` makes a form that is sent twice one act.

    It is `stale` where somebody else changed the record after the form was opened.
    """

    typed: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    key: str = field(default_factory=lambda: str(uuid4()))
    faults: dict[str, str] = field(default_factory=dict[str, str])
    others: list[str] = field(default_factory=list[str])
    stale: bool = False
    _anchors: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, sent: ImmutableMultiDict[str, Any]) -> Self:
        """As it was sent, in a body or as filters in an address; a key that is none is replaced. Files are not read."""
        typed: dict[str, list[str]] = {}
        for name, text in sent.multi_items():
            if isinstance(text, str):
                typed.setdefault(name, []).append(text)
        return cls(typed, _key(typed.get(KEY, [])))

    @classmethod
    def showing(cls, **values: str | Iterable[str]) -> Self:
        """Of something that is there already, to be edited."""
        return cls({name: [told] if isinstance(told, str) else list(told) for name, told in values.items()})

    def value(self, name: str) -> str:
        """What stands in the field, as it was typed."""
        return next(iter(self.values(name)), "")

    def values(self, name: str) -> list[str]:
        """All that was chosen under the name."""
        return self.typed.get(name, [])

    @property
    def answers(self) -> list[tuple[str, str]]:
        """All that was typed, for a form that bears it along: name by name, without what every form has."""
        return [(name, text) for name, texts in self.typed.items() if name not in {KEY, CSRF} for text in texts]

    def keep(self, name: str, value: str) -> None:
        """Let the form bear this instead of what was sent."""
        self.typed[name] = [value]

    def number(self, name: str, words: str) -> int | None:
        """The whole number in the field; none, and a fault in these words, where there is no such number."""
        text = self.value(name).strip()
        if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
            return int(text)
        self.fault(name, words)
        return None

    def fault(self, name: str, words: str, *, anchor: str | None = None) -> None:
        """The first that is wrong with a field counts; `anchor` where the field to look at has another id."""
        self.faults.setdefault(name, words)
        self._anchors.setdefault(name, anchor or name)

    def required(self, name: str, words: str) -> str:
        """What was typed, without blanks around it; a fault in these words where there is nothing."""
        text = self.value(name).strip()
        if not text:
            self.fault(name, words)
        return text

    def day(self, name: str, label: str) -> date | None:
        """The date in the three fields of that name; none, and a fault, where it cannot be read."""
        typed = [self.value(part) for part in (name, f"{name}-month", f"{name}-year")]
        return self._read(name, lambda: typed_day(label, *typed))

    def month(self, name: str, label: str) -> date | None:
        """The first day of the month in the field; none, and a fault, where it cannot be read."""
        return self._read(name, lambda: typed_month(label, self.value(name)))

    def time(self, name: str, label: str) -> time | None:
        """The time in the field; none, and a fault, where it cannot be read."""
        return self._read(name, lambda: typed_time(label, self.value(name)))

    def moment(self, day: str, time: str, label: str) -> datetime | None:
        """The moment of a date and a time, in UTC; none, and faults, where it cannot be read."""
        on, at = self.day(day, f"{label} date"), self.time(time, f"{label} time")
        if on is None or at is None:
            return None
        return self._read(time, lambda: typed_moment(f"{label} time", on, at, self._stood(time)))

    def end(self, time: str, label: str, starts: datetime | None) -> datetime | None:
        """The moment of a time at which what starts then ends; none, and a fault, where it cannot be read."""
        at = self.time(time, f"{label} time")
        if starts is None or at is None:
            return None
        return self._read(time, lambda: typed_end(f"{label} time", starts, at, self._stood(time)))

    def refused(self, errors: Iterable[Mapping[str, Any]], names: Mapping[str, str] | None = None) -> None:
        """What a service found wrong, each at its field: `names` where a field is called otherwise here."""
        for error in errors:
            name, words = _field_of(error), _in_words(error)
            here = (names or {}).get(name, name)
            if here in self.typed:
                self.fault(here, words)
            else:
                self.others.append(words)

    @property
    def wrong(self) -> bool:
        """Whether it has to be shown again."""
        return bool(self.faults or self.others)

    @property
    def summary(self) -> list[Fault]:
        """All that is wrong, in the order in which it was found."""
        at_fields = [Fault(words, f"#{self._anchors[name]}") for name, words in self.faults.items()]
        return at_fields + [Fault(words) for words in self.others]

    def _stood(self, time: str) -> datetime | None:
        return standing(self.value(f"{time}{STOOD}"))

    def _read(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Unreadable as unreadable:
            anchor = name if unreadable.part in {"", "day"} else f"{name}-{unreadable.part}"
            self.fault(name, str(unreadable), anchor=anchor)
            return None


def sentence(detail: str) -> str:
    """A service's words as they stand on a page."""
    return detail[:1].upper() + detail[1:]


def _in_words(error: Mapping[str, Any]) -> str:
    words, detail = _BY_CODE.get(error["code"]), str(error["detail"])
    return words.format(bound=detail.rpartition(" ")[2]) if words else sentence(detail)


def _field_of(error: Mapping[str, Any]) -> str:
    """The outermost name: of a list's third entry the list."""
    pointer = str(error.get("pointer") or "").removeprefix("#").strip("/")
    return pointer.split("/")[0] or str(error.get("parameter") or "")


def _key(sent: list[str]) -> str:
    try:
        return str(UUID(sent[0]))
    except (IndexError, ValueError):
        return str(uuid4())
