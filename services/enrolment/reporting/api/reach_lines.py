"""The reach report as lines: which breakdown, whose, what is counted, and the figure or why it is hidden."""

from collections.abc import Iterator, Sequence

from services.enrolment.reporting.domain.reach_reports import ReachReport, Share
from shared.web.tables import Entry

HEADER = ("breakdown", "code", "name", "measure", "figure")
Line = Sequence[Entry]

_ALONE = (
    "interventions",
    "enrolments",
    "people",
    "session_places",
    "attended",
    "attended_on_the_day_percent",
    "live_percent",
    "unknown_ethnicity_percent",
    "waiting",
    "withdrawals",
)


def lines(report: ReachReport) -> Iterator[Line]:
    """The whole report, each figure once."""
    internally = {"session_places", "attended"} if report.audience == "published" else set[str]()
    for measure in (measure for measure in _ALONE if measure not in internally):
        yield "all", "", "", measure, _told(getattr(report, measure), report.hidden.get(measure))
    for group in report.role_groups:
        figures = {"enrolments": group.enrolments, "enrolments_percent": group.percent}
        figures |= {"attendances_percent": group.attendances_percent, "people_percent": group.people_percent}
        for measure, figure in figures.items():
            yield "role_group", group.code, "", measure, _told(figure, group.hidden)
    yield from _share("gender", "female", report.female_percent)
    yield from _share("ethnicity", "minority", report.minority_ethnic_percent)
    for family in report.families:
        yield "family", family.family, "", "programmes", family.programmes
        yield "family", family.family, "", "interventions", family.interventions
        yield "family", family.family, "", "enrolments", _told(family.enrolments, family.hidden)
    for programme in report.programmes:
        code, title = programme.programme_code, programme.title
        yield "programme", code, title, "interventions", programme.interventions
        yield "programme", code, title, "enrolments", _told(programme.enrolments, programme.hidden)
    for system in report.systems:
        yield "system", system.system, system.name, "enrolments", _told(system.enrolments, system.hidden)
        yield "system", system.system, system.name, "people", _told(system.people, system.hidden)
    for planned in report.planned:
        yield "planned", planned.family, "", "cohorts", planned.cohorts
        if planned.max_places is not None:
            yield "planned", planned.family, "", "max_places", planned.max_places


def _share(breakdown: str, code: str, share: Share) -> Iterator[Line]:
    for measure in ("enrolments", "attendances", "people"):
        yield breakdown, code, "", f"{measure}_percent", _told(getattr(share, measure), share.hidden)


def _told(figure: float | None, hidden: str | None) -> Entry:
    return hidden if figure is None else figure
