"""The pools by one attribute after another, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.portal.clients.talent.pools import Count, Report
from services.portal.frame.states import STATES

HIDDEN = "Hidden"
ALL = "all"
_READINESS = {name: found.words for name, found in STATES["readiness"].items()}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Lines of what it is and how many; a number that is hidden is named so."""

    title: str
    lines: Sequence[tuple[str, int | str]]


def headline(report: Report) -> str:
    """The finding, as far as it is not hidden."""
    if report.people is None:
        return "So few people are in the pools that their number is hidden."
    [ready] = [count.people for count in report.readiness if count.code == "ready_now"] or [0]
    told = "1 person is" if report.people == 1 else f"{report.people:,} people are"
    return f"{told} in the pools." if ready is None else f"{told} in the pools, {ready:,} of them ready now."


def breakdowns(
    report: Report, groups: Mapping[str, str], systems: Mapping[str, str], kinds: Mapping[str, str]
) -> Iterator[Breakdown]:
    """By readiness, the nearest first; by the others in the order of the report."""
    order = list(_READINESS)
    readiness = sorted(report.readiness, key=lambda count: order.index(count.code) if count.code in order else 0)
    yield _breakdown("Readiness", readiness, _READINESS)
    yield _breakdown("Professional group", report.professional_group, groups)
    yield _breakdown("System", report.system, systems)
    yield _breakdown("Kind of organisation", report.service_type, kinds)


def reason(report: Report) -> str | None:
    """Why numbers are hidden; none where none is."""
    counts = (*report.readiness, *report.professional_group, *report.system, *report.service_type)
    return next((count.hidden for count in counts if count.hidden), None)


def _breakdown(title: str, counts: Sequence[Count], words: Mapping[str, str]) -> Breakdown:
    return Breakdown(title, [(_word(count.code, words), _people(count)) for count in counts])


def _word(code: str, words: Mapping[str, str]) -> str:
    return "All together" if code == ALL else words.get(code, code)


def _people(count: Count) -> int | str:
    return HIDDEN if count.people is None else count.people
