"""The report in words: its finding, its figures, and its parts line by line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from services.portal.clients.enrolment.reach import Line, Reach, Share
from services.portal.frame.templates import counted

HIDDEN = "Hidden"
NOTHING = "Nothing to count"
_ROLES = MappingProxyType(
    {
        "administrative_and_clerical": "Administrative and clerical",
        "medical_and_dental": "Medical and dental",
        "nurses_midwives_ahps": "Nurses, midwives and allied health professionals",
        "other": "Other",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a breakdown; the bar is drawn of the same number that stands beside it."""

    name: str
    count: int | None
    shown: str
    more: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One part of the report; `more` heads the last column."""

    title: str
    more: str
    rows: Sequence[Row]

    @property
    def largest(self) -> int:
        """What the longest bar stands for."""
        return max((row.count or 0 for row in self.rows), default=0)


def headline(report: Reach, period: str) -> str:
    """The finding, as far as it is not hidden."""
    if report.enrolments is None or report.people is None:
        return f"So few people were reached in {period} that their number is hidden."
    if not report.enrolments:
        return f"Nobody was reached in {period}."
    people = "1 person" if report.people == 1 else f"{report.people:,} people"
    return f"{people} took {counted(report.enrolments, 'place')} in {period}."


def figures(report: Reach) -> list[tuple[str, str]]:
    """What counts by itself; a percentage as whole as it was published."""

    def alone(name: str) -> str:
        return told(getattr(report, name), report.hidden.get(name))

    women, minority = report.female_percent, report.minority_ethnic_percent
    return [
        ("interventions", alone("interventions")),
        ("places taken", alone("enrolments")),
        ("people", alone("people")),
        ("per cent attended on the day", alone("attended_on_the_day_percent")),
        ("per cent of places taken by women", told(women.enrolments, women.hidden)),
        ("per cent taken by people of minority ethnic groups", told(minority.enrolments, minority.hidden)),
        ("withdrawals", alone("withdrawals")),
        ("still waiting", alone("waiting")),
    ]


def breakdowns(report: Reach) -> Iterator[Breakdown]:
    """By role, by programme, by system; the largest first."""
    roles = [_row(_ROLES.get(group.code, group.code), group, group.percent) for group in report.role_groups]
    yield Breakdown("Role", "Per cent", _sorted(roles))
    programmes = [_row(offered.title, offered, offered.interventions) for offered in report.programmes]
    yield Breakdown("Programme", "Interventions", _sorted(programmes))
    systems = [_row(system.name, system, system.people) for system in report.systems]
    yield Breakdown("System", "People", _sorted(systems))


def reasons(report: Reach) -> list[str]:
    """Why numbers are hidden; none where none is."""
    parts: Iterable[Line | Share] = (
        *report.role_groups,
        *report.programmes,
        *report.systems,
        report.female_percent,
        report.minority_ethnic_percent,
    )
    return sorted({part.hidden for part in parts if part.hidden} | set(report.hidden.values()))


def told(count: float | None, hidden: str | None) -> str:
    """A number that is hidden says so, and so does the share of nothing at all."""
    if count is None:
        return HIDDEN if hidden else NOTHING
    return f"{count:,.1f}".removesuffix(".0")


def _row(name: str, line: Line, more: float | None) -> Row:
    return Row(name, line.enrolments, told(line.enrolments, line.hidden), told(more, line.hidden))


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -1 if row.count is None else row.count, reverse=True)
