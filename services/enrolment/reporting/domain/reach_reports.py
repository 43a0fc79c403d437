"""The report of a period's reach, as one audience reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, Dimension, Planned, ProgrammeTotals, Reach
from services.enrolment.reporting.domain.reach_audiences import Count, Eyes, Figures, Inside, Profile, Public
from services.enrolment.reporting.domain.reach_figures import WAITING, WITHDRAWALS
from services.enrolment.reporting.domain.snapshots import Snapshot
from shared.disclosure.rules import HIDDEN

Audience = Literal["internal", "published"]


@dataclass(frozen=True, slots=True)
class Share:
    """An attribute's share, in per cent, of enrolments, of attendances on the day, and of distinct people."""

    enrolments: float | None
    attendances: float | None
    people: float | None
    hidden: str | None


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """A role group as the annual review groups staff."""

    code: str
    enrolments: int | None
    percent: float | None
    attendances_percent: float | None
    people_percent: float | None
    hidden: str | None


@dataclass(frozen=True, slots=True)
class ProgrammeReach:
    """A programme with interventions in the period."""

    programme_code: str
    family: str
    title: str
    interventions: int
    enrolments: int | None
    hidden: str | None


@dataclass(frozen=True, slots=True)
class FamilyReach:
    """Programmes of one family with interventions in the period."""

    family: str
    programmes: int
    interventions: int
    enrolments: int | None
    hidden: str | None


@dataclass(frozen=True, slots=True)
class SystemReach:
    """A system in force, also the one nobody came from."""

    system: str
    name: str
    enrolments: int | None
    people: int | None
    hidden: str | None


@dataclass(frozen=True, slots=True)
class ReachReport:
    """Counts of cohorts are exact for every audience; counts of people follow the audience's rules.

    `hidden` says why, by field, of those that stand in no row. `revision` and `published_at` are of published figures.
    """

    audience: Audience
    period: Period
    revision: int | None
    published_at: datetime | None
    interventions: int
    enrolments: int | None
    people: int | None
    session_places: int | None
    attended: int | None
    attended_on_the_day_percent: float | None
    live_percent: float | None
    role_groups: Sequence[RoleGroup]
    female_percent: Share
    minority_ethnic_percent: Share
    unknown_ethnicity_percent: float | None
    programmes: Sequence[ProgrammeReach]
    families: Sequence[FamilyReach]
    systems: Sequence[SystemReach]
    planned: Sequence[Planned]
    waiting: int | None
    withdrawals: int | None
    hidden: Mapping[str, str]


def internal(reach: Reach) -> ReachReport:
    """The report as the academy's own people read it: nothing hidden, nothing rounded."""
    return ReportBuilder(reach, Inside(reach)).report("internal", None)


def published(snapshot: Snapshot, profile: Profile) -> ReachReport:
    """The report anyone may read."""
    return ReportBuilder(snapshot.reach, Public(snapshot, profile)).report("published", snapshot)


_TOTALS = ("enrolments", "people", "attended_on_the_day_percent", "live_percent")


@dataclass(frozen=True, slots=True)
class ReportBuilder:
    """Writes a report as those eyes see it."""

    reach: Reach
    eyes: Eyes

    def report(self, audience: Audience, snapshot: Snapshot | None) -> ReachReport:
        """The whole report."""
        total, unknown = self.eyes.figures(self.reach.total), self.reach.cell("ethnicity", "unknown")
        queue = self.reach.queue
        return ReachReport(
            audience=audience,
            period=self.reach.period,
            revision=snapshot.revision if snapshot else None,
            published_at=snapshot.published_at if snapshot else None,
            interventions=self.reach.interventions,
            enrolments=total.enrolments,
            people=total.people,
            session_places=total.session_places,
            attended=total.attended,
            attended_on_the_day_percent=self.eyes.percent(self.reach.total, "attended", "session_places"),
            live_percent=self.eyes.percent(self.reach.total, "live", "session_places"),
            role_groups=[self._role_group(cell) for cell in self.reach.breakdown("role_group")],
            female_percent=self._share(self.reach.cell("gender", "female")),
            minority_ethnic_percent=self._share(self.reach.cell("ethnicity", "minority")),
            unknown_ethnicity_percent=self._of(unknown, "enrolments"),
            programmes=[self._programme(d) for _, deliveries in self.reach.delivered() for d in deliveries],
            families=[self._family(name, deliveries) for name, deliveries in self.reach.delivered()],
            systems=[self._system(code, name) for code, name in self.reach.system_names],
            planned=[self.eyes.planned(planned) for planned in self.reach.planned()],
            waiting=self.eyes.people(WAITING, queue.waiting),
            withdrawals=self.eyes.people(WITHDRAWALS, queue.withdrawals),
            hidden=self._hidden(total, self.eyes.figures(unknown)),
        )

    def _hidden(self, total: Figures, unknown: Figures) -> dict[str, str]:
        """Whatever share is of a hidden whole is hidden with it."""
        hidden: dict[str, str] = dict.fromkeys(_TOTALS, HIDDEN) if total.hidden else {}
        if total.hidden or unknown.hidden:
            hidden["unknown_ethnicity_percent"] = HIDDEN
        for name, people in ((WAITING, self.reach.queue.waiting), (WITHDRAWALS, self.reach.queue.withdrawals)):
            if self.eyes.people(name, people) is None:
                hidden[name[0]] = HIDDEN
        return hidden

    def _of(self, cell: Cell, count: Count) -> float | None:
        return self.eyes.percent(cell, count, count)

    def _share(self, cell: Cell) -> Share:
        """Who told nothing stays in the base."""
        hidden = self.eyes.figures(cell).hidden or self.eyes.figures(self.reach.total).hidden
        return Share(self._of(cell, "enrolments"), self._of(cell, "attended"), self._of(cell, "people"), hidden)

    def _role_group(self, cell: Cell) -> RoleGroup:
        share, figures = self._share(cell), self.eyes.figures(cell)
        return RoleGroup(cell.code, figures.enrolments, share.enrolments, share.attendances, share.people, share.hidden)

    def _programme(self, delivery: ProgrammeTotals) -> ProgrammeReach:
        figures = self._figures("programme", delivery.programme_code)
        return ProgrammeReach(
            delivery.programme_code,
            delivery.family,
            delivery.title,
            delivery.interventions,
            figures.enrolments,
            figures.hidden,
        )

    def _family(self, name: str, deliveries: Sequence[ProgrammeTotals]) -> FamilyReach:
        interventions, figures = sum(d.interventions for d in deliveries), self._figures("family", name)
        return FamilyReach(name, len(deliveries), interventions, figures.enrolments, figures.hidden)

    def _system(self, code: str, name: str) -> SystemReach:
        figures = self._figures("system", code)
        return SystemReach(code, name, figures.enrolments, figures.people, figures.hidden)

    def _figures(self, dimension: Dimension, code: str) -> Figures:
        return self.eyes.figures(self.reach.cell(dimension, code))
