"""A period's reach as lines of figures, and what anybody knows of how they hang together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.enrolment.reporting.domain.closed_periods import kind_of, parts_of
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Dimension, LineName, Reach
from shared.disclosure.publication import AtLeast, Cover, Line, Percent, Relation, Sum, since
from shared.disclosure.rules import ALL, whole_percent

TOTAL: LineName = ("all", ALL)
WAITING: LineName = ("waiting", ALL)
WITHDRAWALS: LineName = ("withdrawals", ALL)

REVIEWED: frozenset[LineName] = frozenset(
    {
        TOTAL,
        ("role_group", "administrative_and_clerical"),
        ("role_group", "medical_and_dental"),
        ("role_group", "nurses_midwives_ahps"),
        ("gender", "female"),
        ("ethnicity", "minority"),
    }
)
"""What the annual review prints exactly of a financial year: how many enrolments, and shares in whole per cent."""

_COUNTS: Mapping[Dimension, tuple[str, ...]] = MappingProxyType(
    {
        "all": ("enrolments", "people", "session_places", "attended", "live"),
        "programme": ("enrolments", "people"),
        "family": ("enrolments", "people"),
        "system": ("enrolments", "people"),
        "role_group": ("enrolments", "people", "attended"),
        "gender": ("enrolments", "people", "attended"),
        "ethnicity": ("enrolments", "people", "attended"),
    }
)
_SEEN_ONCE: frozenset[Dimension] = frozenset({"gender", "ethnicity"})
"""Nobody has two of these; of systems, role groups and programmes one person may have several."""

_SPLIT: tuple[Dimension, ...] = ("role_group", "gender", "ethnicity")
"""By these attendance is told apart."""

NEVER_DISCLOSED = frozenset({("gender", "male"), ("gender", "other"), ("gender", "not_stated"), ("ethnicity", "white")})

LineId = tuple[Period, LineName, int]
"""The number is the revision since which the line counts what it counts: a correction makes another line."""

Figure = tuple[LineId, str]
Known = Relation[Figure]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one period."""

    period: Period
    lines: Mapping[LineName, Mapping[str, int]]
    families: Mapping[str, str]
    """The family of each programme."""

    since: Mapping[LineName, int]

    @classmethod
    def of(cls, reach: Reach, revision: int = 1, before: "Table | None" = None) -> "Table":
        """Everything counted of people in the period; `before` is the revision before."""
        lines: dict[LineName, Mapping[str, int]] = {
            (cell.dimension, cell.code): {count: getattr(cell, count) for count in _COUNTS[cell.dimension]}
            for cell in reach.cells
        }
        missed: dict[LineName, Mapping[str, int]] = {
            ("missed", f"{cell.dimension} {cell.code}"): {
                "session_places": cell.session_places,
                "missed": cell.session_places - cell.attended,
            }
            for cell in reach.cells
            if "attended" in _COUNTS[cell.dimension]
        }
        queue = {WAITING: {"people": reach.queue.waiting}, WITHDRAWALS: {"people": reach.queue.withdrawals}}
        families = {delivery.programme_code: delivery.family for delivery in reach.deliveries}
        every = lines | missed | queue
        return cls(
            reach.period, every, families, since(every, revision, (before.lines, before.since) if before else None)
        )

    def id_of(self, name: LineName) -> LineId:
        """The line of that name."""
        return self.period, name, self.since[name]

    def figure(self, name: LineName, count: str) -> Figure:
        """One count of a line."""
        return self.id_of(name), count

    def open_lines(self) -> Iterator[tuple[LineId, Line[Figure]]]:
        """Every line as nothing is decided of it yet."""
        for name, counts in self.lines.items():
            yield (
                self.id_of(name),
                Line(
                    {self.figure(name, count): people for count, people in counts.items()},
                    decision="undisclosed" if name in NEVER_DISCLOSED or name[0] == "missed" else "open",
                    exact=frozenset({self.figure(name, "enrolments")} if self._is_year and name == TOTAL else ()),
                    dear=self._is_year and name in REVIEWED,
                ),
            )

    def relations(self) -> Iterator[Known]:
        """What is known within the period."""
        for name, counts in self.lines.items():
            if "people" in counts and "enrolments" in counts:
                yield AtLeast(self.figure(name, "enrolments"), (self.figure(name, "people"),))
        if TOTAL in self.lines:
            yield from self._of_the_total()
            yield from self._of_breakdowns()
            yield from self._of_attendance()
        if self._is_year:
            yield from self._of_the_review()

    @property
    def _is_year(self) -> bool:
        return kind_of(self.period) == "financial_year"

    def _of_the_total(self) -> Iterator[Known]:
        for most, least in (("session_places", "enrolments"), ("session_places", "attended"), ("attended", "live")):
            yield AtLeast(self.figure(TOTAL, most), (self.figure(TOTAL, least),))

    def _of_breakdowns(self) -> Iterator[Known]:
        for dimension, counts in _COUNTS.items():
            names = [name for name in self.lines if name[0] == dimension]
            if dimension in {"all", "programme"} or not names:
                continue
            for count in counts:
                parts = tuple(self.figure(name, count) for name in names)
                several = count == "people" and dimension not in _SEEN_ONCE
                yield (Cover if several else Sum)(self.figure(TOTAL, count), parts)
        for family in sorted(set(self.families.values())):
            yield from self._of_family(family)

    def _of_attendance(self) -> Iterator[Known]:
        """Who was not there is a number of people too; where each cohort had one session, places are enrolments."""
        for name in self.lines:
            if (missed := self._missed(name)) in self.lines:
                places = self.figure(missed, "session_places")
                yield Sum(places, (self.figure(name, "attended"), self.figure(missed, "missed")))
                yield Sum(places, (self.figure(name, "enrolments"),))
        yield Sum(self.figure(TOTAL, "session_places"), (self.figure(self._missed(TOTAL), "session_places"),))
        for dimension in _SPLIT:
            parts = [self._missed(name) for name in self.lines if name[0] == dimension]
            yield Sum(
                self.figure(TOTAL, "session_places"), tuple(self.figure(part, "session_places") for part in parts)
            )

    def _missed(self, name: LineName) -> LineName:
        return "missed", f"{name[0]} {name[1]}"

    def _of_family(self, family: str) -> Iterator[Known]:
        names: list[LineName] = [("programme", code) for code, name in self.families.items() if name == family]
        names = [name for name in names if name in self.lines]
        if names and ("family", family) in self.lines:
            whole: LineName = ("family", family)
            enrolments = tuple(self.figure(name, "enrolments") for name in names)
            yield Sum(self.figure(whole, "enrolments"), enrolments)
            yield Cover(self.figure(whole, "people"), tuple(self.figure(name, "people") for name in names))

    def _of_the_review(self) -> Iterator[Known]:
        for name in sorted(REVIEWED & self.lines.keys()):
            part, whole = ("attended", "session_places") if name == TOTAL else ("enrolments", "enrolments")
            percent = whole_percent(self.lines[name][part], self.lines[TOTAL][whole])
            if percent is not None:
                yield Percent(self.figure(name, part), self.figure(TOTAL, whole), percent)


def over_time(tables: Mapping[Period, Table]) -> Iterator[Known]:
    """What is known between periods: enrolments add up; sessions after a month's end count in the quarter only."""
    for period, table in tables.items():
        parts = [tables[part] for part in parts_of(period) if part in tables]
        if len(parts) == len(parts_of(period)) > 0:
            for name, counts in table.lines.items():
                within = [part for part in parts if name in part.lines]
                for count in counts if within else ():
                    figures = tuple(part.figure(name, count) for part in within)
                    yield _kind(name, count)(table.figure(name, count), figures)


def _kind(name: LineName, count: str) -> "type[Sum[Figure] | Cover[Figure] | AtLeast[Figure]]":
    if name in {WAITING, WITHDRAWALS} or count == "enrolments":
        return Sum
    return Cover if count == "people" else AtLeast
