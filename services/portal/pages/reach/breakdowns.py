"""The report in words: its finding, its figures, and its parts line by line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from services.portal.clients.enrolment.reach import Line, Reach

HIDDEN = "Hidden"
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
    more: str

    @property
    def shown(self) -> int | str:
        """A number that is hidden says so."""
        return HIDDEN if self.count is None else self.count


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
    return f"{report.people:,} people took {report.enrolments:,} places in {period}."


def figures(report: Reach) -> list[tuple[str, int | float | None]]:
    """What counts by itself; a percentage as whole as it was published."""
    return [
        ("interventions", report.interventions),
        ("places taken", report.enrolments),
        ("people", report.people),
        ("per cent attended on the day", report.attended_on_the_day_percent),
        ("per cent of places taken by women", report.female_percent.enrolments),
        ("per cent taken by people of minority ethnic groups", report.minority_ethnic_percent.enrolments),
        ("withdrawals", report.withdrawals),
        ("waiting now", report.waiting),
    ]


def breakdowns(report: Reach) -> Iterator[Breakdown]:
    """By role, by programme, by system; the largest first."""
    roles = [Row(_ROLES.get(g.code, g.code), g.enrolments, _percent(g.percent)) for g in report.role_groups]
    yield Breakdown("Role", "Per cent", _sorted(roles))
    programmes = [Row(p.title, p.enrolments, _count(p.interventions)) for p in report.programmes]
    yield Breakdown("Programme", "Interventions", _sorted(programmes))
    systems = [Row(s.name, s.enrolments, _count(s.people)) for s in report.systems]
    yield Breakdown("System", "People", _sorted(systems))


def reasons(report: Reach) -> list[str]:
    """Why numbers are hidden; none where none is."""
    lines: Iterable[Line] = (*report.role_groups, *report.programmes, *report.systems)
    return sorted({line.hidden for line in lines if line.hidden} | set(report.hidden.values()))


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -1 if row.count is None else row.count, reverse=True)


def _percent(share: float | None) -> str:
    return HIDDEN if share is None else f"{share:g}" if share == int(share) else f"{share:.1f}"


def _count(number: int | None) -> str:
    return HIDDEN if number is None else f"{number:,}"
