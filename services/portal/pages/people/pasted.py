"""People as they are pasted from a spreadsheet: a header line, then a line for each."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from services.portal.pages.learner_form import LABELS

MOST = 100
"""People at once; as many as the service takes."""


class Unreadable(Exception):
    """What was pasted is no table of people; the message is for whoever pasted it."""


@dataclass(frozen=True, slots=True)
class Table:
    """What was pasted; `fields` are those of a record, in the order of the columns."""

    header: Sequence[str]
    fields: Sequence[str]
    rows: Sequence[Sequence[str]]
    delimiter: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read it. Its first line says what separates the columns, a tab, semicolon or comma, and what each is."""
        first = text.strip().partition("\n")[0]
        delimiter = next((mark for mark in "\t;" if mark in first), ",")
        lines = _lines(text, delimiter)
        if len(lines) <= 1:
            raise Unreadable("Paste a header line and at least one person")
        if len(lines) - 1 > MOST:
            raise Unreadable(f"Paste up to {MOST} people at once; these are {len(lines) - 1}")
        header, *rows = lines
        return cls(header, list(_fields(header)), rows, delimiter)

    def records(self, words: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
        """A record a row, as far as it is filled in; where a code is spelt out the code."""
        codes = {field: _by_words(listed) for field, listed in words.items()}
        return [
            {field: codes.get(field, {}).get(text.casefold(), text) for field, text in self._told(row)}
            for row in self.rows
        ]

    def again(self, numbers: Iterable[int]) -> str:
        """These rows, to be pasted once more."""
        file = io.StringIO()
        csv.writer(file, delimiter=self.delimiter, lineterminator="\n").writerows(
            [self.header, *(self.rows[number] for number in numbers)]
        )
        return file.getvalue()

    def _told(self, row: Sequence[str]) -> Iterator[tuple[str, str]]:
        return ((field, text.strip()) for field, text in zip(self.fields, row, strict=False) if text.strip())


def repeated(records: Iterable[Mapping[str, str]]) -> list[int]:
    """Which of them have the e-mail of an earlier one."""
    seen: set[str] = set()
    found: list[int] = []
    for number, record in enumerate(records):
        email = record.get("email", "").casefold()
        if email in seen:
            found.append(number)
        seen |= {email} - {""}
    return found


def _lines(text: str, delimiter: str) -> list[list[str]]:
    try:
        return [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if any(map(str.strip, line))]
    except csv.Error as error:
        raise Unreadable("This cannot be read as a table: look for a lone quotation mark") from error


def _fields(header: Iterable[str]) -> Iterator[str]:
    names = {_plain(label): field for field, label in LABELS.items()} | {_plain(field): field for field in LABELS}
    for column in header:
        field = names.get(_plain(column))
        if field is None:
            raise Unreadable(
                f"There is nothing called “{column.strip()}”; the columns are {', '.join(LABELS.values())}"
            )
        yield field


def _plain(name: str) -> str:
    """`E-mail`, `email` and `E-Mail` are one."""
    return "".join(filter(str.isalnum, name.casefold()))


def _by_words(listed: Mapping[str, str]) -> dict[str, str]:
    return {words.casefold(): code for code, words in listed.items()} | {code.casefold(): code for code in listed}
