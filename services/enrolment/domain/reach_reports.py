"""The report of a period's reach: its rows, and how it reads inside the academy, unrounded."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.enrolment.domain.periods import Period
from services.enrolment.domain.reach import Cell, Delivery, Dimension, Planned, Reach

Audience = Literal["internal", "published"]


@dataclass(frozen=True, slots=True)
class Printed:
    """An attribute's counts of people as an audience may see them; None is hidden."""

    code: str
    enrolments: int | None
    attended: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """An attribute's share, in per cent, of enrolments, of attendances on the day, and of distinct people."""

    enrolments: float | None
    attendances: float | None
    people: float | None


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """A role group as the annual review groups staff."""

    code: str
    enrolments: int | None
    percent: float | None
    attendances_percent: float | None
    people_percent: float | None


@dataclass(frozen=True, slots=True)
class ProgrammeReach:
    """A programme with interventions in the period."""

    programme_code: str
    family: str
    title: str
    interventions: int
    enrolments: int | None


@dataclass(frozen=True, slots=True)
class FamilyReach:
    """Programmes of one family with interventions in the period."""

    family: str
    programmes: int
    interventions: int
    enrolments: int | None


@dataclass(frozen=True, slots=True)
class SystemReach:
    """A system in force, also the one nobody came from."""

    system: str
    name: str
    enrolments: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class ReachReport:
    """Totals are exact for every audience, counts of cohorts too; breakdowns of people follow the audience's rules."""

    audience: Audience
    period: Period
    interventions: int
    enrolments: int
    people: int
    session_places: int
    attended: int
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


Breakdown = Callable[[Dimension], dict[str, Printed]]
"""One dimension's cells by code, as the audience may see them."""

Percent = Callable[[int, int], float | None]
"""A part of a whole in per cent, as the audience may see it; None of nothing."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the report for one audience from what that audience may see."""

    reach: Reach
    audience: Audience
    breakdown: Breakdown
    percent: Percent

    def write(self, *, waiting: int | None, withdrawals: int | None) -> ReachReport:
        """The whole report."""
        total, ethnicity = self.reach.total, self.breakdown("ethnicity")
        return ReachReport(
            audience=self.audience,
            period=self.reach.period,
            interventions=self.reach.interventions,
            enrolments=total.enrolments,
            people=total.people,
            session_places=total.session_places,
            attended=total.attended,
            attended_on_the_day_percent=self.percent(total.attended, total.session_places),
            live_percent=self.percent(total.live, total.session_places),
            role_groups=[self._role_group(printed) for printed in self.breakdown("role_group").values()],
            female_percent=self._share(self.breakdown("gender").get("female")),
            minority_ethnic_percent=self._share(ethnicity.get("minority")),
            unknown_ethnicity_percent=self._share(ethnicity.get("unknown")).enrolments,
            programmes=self._programmes(),
            families=self._families(),
            systems=self._systems(),
            planned=self.reach.planned(),
            waiting=waiting,
            withdrawals=withdrawals,
        )

    def _share(self, printed: Printed | None) -> Share:
        """Who told nothing stays in the base."""
        total, part = self.reach.total, printed or NOBODY
        return Share(
            self._of(part.enrolments, total.enrolments),
            self._of(part.attended, total.attended),
            self._of(part.people, total.people),
        )

    def _of(self, part: int | None, whole: int) -> float | None:
        """A part rounded up to the next five may exceed a small whole; a share never does."""
        return None if part is None else self.percent(min(part, whole), whole)

    def _role_group(self, printed: Printed) -> RoleGroup:
        share = self._share(printed)
        return RoleGroup(printed.code, printed.enrolments, share.enrolments, share.attendances, share.people)

    def _programmes(self) -> list[ProgrammeReach]:
        printed = self.breakdown("programme")
        return [_programme(d, printed) for _, deliveries in self.reach.delivered() for d in deliveries]

    def _families(self) -> list[FamilyReach]:
        printed = self.breakdown("family")
        return [_family(name, deliveries, printed) for name, deliveries in self.reach.delivered()]

    def _systems(self) -> list[SystemReach]:
        printed = self.breakdown("system")
        named = ((code, name, printed.get(code, NOBODY)) for code, name in self.reach.system_names)
        return [SystemReach(code, name, cell.enrolments, cell.people) for code, name, cell in named]


NOBODY = Printed("", 0, 0, 0)


def internal(reach: Reach) -> ReachReport:
    """The report as the academy's own people read it: nothing hidden, nothing rounded."""
    writer = Writer(reach, "internal", lambda dimension: _as_counted(reach.breakdown(dimension)), unrounded)
    return writer.write(waiting=reach.queue.waiting, withdrawals=reach.queue.withdrawals)


def unrounded(part: int, whole: int) -> float | None:
    """A share in per cent; None where there is nothing to share."""
    return 100 * part / whole if whole else None


def _as_counted(cells: Iterable[Cell]) -> dict[str, Printed]:
    return {cell.code: Printed(cell.code, cell.enrolments, cell.attended, cell.people) for cell in cells}


def _programme(delivery: Delivery, printed: dict[str, Printed]) -> ProgrammeReach:
    return ProgrammeReach(
        delivery.programme_code,
        delivery.family,
        delivery.title,
        delivery.interventions,
        printed.get(delivery.programme_code, NOBODY).enrolments,
    )


def _family(name: str, deliveries: Sequence[Delivery], printed: dict[str, Printed]) -> FamilyReach:
    interventions = sum(delivery.interventions for delivery in deliveries)
    return FamilyReach(name, len(deliveries), interventions, printed.get(name, NOBODY).enrolments)
