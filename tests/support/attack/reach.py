"""The published reach as an attacker reads it: every answer there is, subtracted from every other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from tests.support.attack.knowledge import UNKNOWN, Knowledge

Span = tuple[str, str]
Figure = tuple[Any, ...]
Answer = Mapping[str, Any]

ONE_OF = {"gender": ("female", "others"), "ethnicity": ("minority", "unknown", "white")}
"""Everybody is one of these; of some no answer speaks."""


def spans(year: int) -> list[Span]:
    """The months, quarters and the whole of a financial year."""
    firsts = [date(year + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 17)]
    months = list(zip(firsts, [first - timedelta(days=1) for first in firsts[1:]], strict=False))
    quarters = [(months[n][0], months[n + 2][1]) for n in range(0, 12, 3)]
    return [(str(first), str(last)) for first, last in (*months, *quarters, (months[0][0], months[-1][1]))]


def learn(answers: Iterable[Answer], *, exact_totals: bool = False) -> Knowledge:
    """Everything the answers of one moment say, of both profiles, and how periods hang together."""
    known = Knowledge()
    lines: dict[Span, set[tuple[str, str]]] = {}
    for answer in answers:
        span = (answer["period"]["from"], answer["period"]["to"])
        lines.setdefault(span, set()).update(_Reader(known, span, answer, exact_totals=exact_totals).read())
    for span, parts in _parts(lines):
        _over_time(known, span, parts, lines)
    return known


class _Reader:
    def __init__(self, known: Knowledge, span: Span, answer: Answer, *, exact_totals: bool) -> None:
        self._known, self._span, self._answer, self._exact = known, span, answer, exact_totals
        self._least = 1 if answer.get("revision", 1) == 1 else 0  # later nobody may be hidden, too
        self._is_review = answer.get("profile") == "annual_review" and span == spans(int(span[0][:4]))[-1]

    def read(self) -> Iterator[tuple[str, str]]:
        """Learn it all; the lines it speaks of."""
        answer, total = self._answer, ("all", "all")
        self._count(total, "enrolments", answer["enrolments"], exact=self._exact or self._is_review)
        for count in ("people", "session_places", "attended"):
            if answer[count] is not None or count in answer["hidden"]:
                self._count(total, count, answer[count], exact=self._exact)
        yield total
        self._attendance(total, answer["attended_on_the_day_percent"])
        yield from self._rows("system", "system", answer["systems"], ("enrolments", "people"))
        yield from self._rows("family", "family", answer["families"], ("enrolments",))
        yield from self._rows("programme", "programme_code", answer["programmes"], ("enrolments",))
        yield from self._rows("role_group", "code", answer["role_groups"], ("enrolments",))
        for row in answer["role_groups"]:
            shares = {"attended": row["attendances_percent"], "people": row["people_percent"]}
            self._shares(("role_group", row["code"]), shares, hidden=row["enrolments"] is None)
        for name, line in (
            ("female_percent", ("gender", "female")),
            ("minority_ethnic_percent", ("ethnicity", "minority")),
        ):
            share = answer[name]
            told = {"enrolments": share["enrolments"], "attended": share["attendances"], "people": share["people"]}
            self._shares(line, told, hidden=share["enrolments"] is None and answer["enrolments"] != 0)
            yield line
        unknown = {"enrolments": answer["unknown_ethnicity_percent"]}
        self._shares(
            ("ethnicity", "unknown"), unknown, hidden=unknown["enrolments"] is None and answer["enrolments"] != 0
        )
        yield from (("ethnicity", "unknown"), ("ethnicity", "white"), ("gender", "others"))
        for name in ("waiting", "withdrawals"):
            self._count((name, "all"), "people", answer[name])
            yield name, "all"
        self._within()

    def _rows(
        self, dimension: str, key: str, rows: Sequence[Answer], counts: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        for row in rows:
            for count in counts:
                self._count((dimension, row[key]), count, row[count])
            yield dimension, row[key]
        if dimension != "programme" and rows:
            self._known.adds_up(
                self._of(("all", "all"), "enrolments"), [self._of((dimension, r[key]), "enrolments") for r in rows]
            )
            if "people" in counts or dimension == "role_group":
                self._known.covers(
                    self._of(("all", "all"), "people"), [self._of((dimension, r[key]), "people") for r in rows]
                )
        if dimension == "role_group" and rows:
            self._known.adds_up(
                self._of(("all", "all"), "attended"), [self._of((dimension, r[key]), "attended") for r in rows]
            )
        if dimension == "programme":
            for family, members in groupby(rows, key=lambda row: row["family"]):
                parts = [self._of(("programme", row[key]), "enrolments") for row in members]
                self._known.adds_up(self._of(("family", family), "enrolments"), parts)

    def _within(self) -> None:
        for count in ("enrolments", "attended", "people"):
            for dimension, codes in ONE_OF.items():
                parts = [self._of((dimension, code), count) for code in codes]
                self._known.adds_up(self._of(("all", "all"), count), parts)
        for most, least in (("enrolments", "people"), ("session_places", "attended"), ("session_places", "enrolments")):
            self._known.contains(self._of(("all", "all"), most), [self._of(("all", "all"), least)])
        for row in self._answer["systems"]:
            line = ("system", row["system"])
            self._known.contains(self._of(line, "enrolments"), [self._of(line, "people")])

    def _count(self, line: tuple[str, str], count: str, told: int | None, *, exact: bool = False) -> None:
        if told is None:
            self._known.keeps(self._of(line, count), 0 if count == "attended" else self._least)
        elif exact:
            self._known.learn(self._of(line, count), told, told)
        else:
            self._known.learn(self._of(line, count), *rounded(told))

    def _shares(self, line: tuple[str, str], shares: Mapping[str, int | None], *, hidden: bool) -> None:
        """A share is of rounded figures, or of exact ones: the part is whatever gives it either way."""
        for count, percent in shares.items():
            whole = self._answer[count]
            if percent is not None and whole is None:
                self._share_of_unknown(line, count, percent)
            elif percent is not None:
                self._known.learn(self._of(line, count), *self._part(count, percent, whole))
            elif hidden:
                nobody_would_be_told = self._answer["enrolments"] is not None and count != "attended"
                self._known.keeps(self._of(line, count), self._least if nobody_would_be_told else 0)

    def _part(self, count: str, percent: int, whole: int) -> tuple[float, float]:
        """What a part can be of which so many per cent of the whole are told."""
        if self._is_review and count == "enrolments":
            return (percent - 0.5) * whole / 100, (percent + 0.5) * whole / 100
        found = [rounded(n) for n in range(0, whole + 10, 5) if _percent(min(n, whole), whole) == percent]
        return min(least for least, _ in found), max(most for _, most in found)

    def _share_of_unknown(self, line: tuple[str, str], count: str, percent: int) -> None:
        """Of a whole that is not told: both were rounded by two at most before they were shared."""
        part, whole = self._of(line, count), self._of(("all", "all"), count)
        self._known.relate({part: 1, whole: -(percent - 0.5) / 100}, -4, UNKNOWN)
        self._known.relate({part: 1, whole: -(percent + 0.5) / 100}, -UNKNOWN, 4)

    def _attendance(self, total: tuple[str, str], percent: int | None) -> None:
        """Of the review exact; else it says no more than the rounded figures do."""
        if self._is_review and percent is not None:
            part, whole = self._of(total, "attended"), self._of(total, "session_places")
            self._known.relate({part: 1, whole: -(percent - 0.5) / 100}, 0, UNKNOWN)
            self._known.relate({part: 1, whole: -(percent + 0.5) / 100}, -UNKNOWN, 0)

    def _of(self, line: tuple[str, str], count: str) -> Figure:
        return (self._span, *line, count)


def rounded(told: int) -> tuple[int, int]:
    """The least and the most people that a rounded number may stand for."""
    return (0, 0) if told == 0 else (max(told - 2, 8), told + 2)


def _percent(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def _parts(lines: Mapping[Span, object]) -> Iterator[tuple[Span, list[Span]]]:
    """A year and its quarters, a quarter and its months, where all of them are told."""
    for year in {int(first[:4]) - (first[5:7] < "04") for first, _ in lines}:
        every = spans(year)
        months, quarters, whole = every[:12], every[12:16], every[16]
        for span, parts in ((whole, quarters), *((q, months[3 * n : 3 * n + 3]) for n, q in enumerate(quarters))):
            if span in lines and all(part in lines for part in parts):
                yield span, parts


def _over_time(known: Knowledge, span: Span, parts: Sequence[Span], lines: Mapping[Span, set[tuple[str, str]]]) -> None:
    for line in lines[span]:
        within = [part for part in parts if line in lines[part]]
        counts = ("people",) if line[0] in {"waiting", "withdrawals"} else ("enrolments", "people", "attended")
        for count in counts:
            figures = [(part, *line, count) for part in within]
            whole = (span, *line, count)
            if count == "enrolments" or line[0] in {"waiting", "withdrawals"}:
                known.adds_up(whole, figures)
            elif count == "people":
                known.covers(whole, figures)
            else:
                known.contains(whole, figures)
