"""An attacker reads everything that is published of made-up worlds, and does sums."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.enrolment.reporting.api.reach import ReachView
from services.enrolment.reporting.commands.snapshots import RELEASES
from services.enrolment.reporting.domain.closed_periods import closed_periods
from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, ProgrammeTotals, Queue, Reach
from services.enrolment.reporting.domain.reach_audiences import Profile
from services.enrolment.reporting.domain.reach_reports import published
from services.enrolment.reporting.domain.snapshots import Snapshot
from shared.reports.releases import Due
from shared.reports.revisions import changed, newest
from tests.support.attack import reach as attack
from tests.support.attack.knowledge import Knowledge
from tests.support.depth import DEPTH

FIRST = date(2020, 4, 1)
MONTH_ENDS = [date.fromisoformat(last) for _, last in attack.spans(2020)[:12]]
PROFILES: tuple[Profile, ...] = ("standard", "annual_review")
NOBODY = Cell("all", "all", enrolments=0, people=0, session_places=0, attended=0, live=0)
SYSTEMS = ("QGH", "QHL", "QNC", "QUA")


@dataclass(frozen=True, slots=True)
class Person:
    system: str
    role_group: str
    gender: str
    ethnicity: str


@dataclass(frozen=True, slots=True)
class Course:
    """A cohort: who was enrolled in it, and who of them came."""

    day: date
    family: str
    programme: str
    came: dict[int, bool]


@dataclass(frozen=True, slots=True)
class World:
    people: Sequence[Person]
    courses: Sequence[Course]

    def counted(self, period: Period) -> Reach:
        counts: Counter[tuple[str, str, str]] = Counter()
        who: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        within = [course for course in self.courses if period.first <= course.day <= period.last]
        for course in within:
            for number, came in course.came.items():
                for line in self._lines(course, number):
                    who[line].add(number)
                    counts[*line, "enrolments"] += 1
                    counts[*line, "attended"] += came
        cells = [_cell(line, len(people), counts) for line, people in who.items()] or [NOBODY]
        runs = Counter((course.family, course.programme) for course in within)
        deliveries = [
            ProgrammeTotals(programme, family, "", n, 0, None) for (family, programme), n in sorted(runs.items())
        ]
        left = sum(course.day.day % 5 for course in within)
        return Reach(period, cells, deliveries, [(s, s) for s in SYSTEMS], Queue(left, len(within)))

    def _lines(self, course: Course, number: int) -> Iterator[tuple[str, str]]:
        person = self.people[number]
        yield from (("all", "all"), ("family", course.family), ("programme", course.programme))
        yield from (("system", person.system), ("role_group", person.role_group))
        yield from (("gender", person.gender), ("ethnicity", person.ethnicity))


def _cell(line: Any, people: int, counts: Counter[tuple[str, str, str]]) -> Cell:
    enrolments, attended = counts[*line, "enrolments"], counts[*line, "attended"]
    return Cell(
        *line, enrolments=enrolments, people=people, session_places=enrolments, attended=attended, live=attended
    )


def a_world(rng: random.Random) -> World:
    people = [
        Person(
            system=rng.choices(SYSTEMS, [40, 30, 25, 2])[0],
            role_group=rng.choices(["administrative_and_clerical", "medical_and_dental", "other"], [60, 30, 5])[0],
            gender=rng.choices(["female", "male", "other"], [75, 23, 2])[0],
            ethnicity=rng.choices(["white", "minority", "unknown"], [65, 31, 4])[0],
        )
        for _ in range(rng.choice([12, 40, 150]))
    ]
    return World(people, [a_course(rng, len(people)) for _ in range(rng.choice([2, 6, 25]))])


def a_course(rng: random.Random, people: int) -> Course:
    family = rng.choice(["ilm", "series"])
    held_by = rng.sample(range(people), min(people, rng.choice([1, 3, 8, 15, 30])))
    day = FIRST + timedelta(days=rng.randrange(365))
    return Course(day, family, family + rng.choice("12"), {number: rng.random() < 0.7 for number in held_by})


def corrected(world: World, rng: random.Random) -> World:
    """Of one course, some turn out to have come, and somebody not to have been enrolled."""
    which = rng.randrange(len(world.courses))
    course = world.courses[which]
    came = {number: rng.random() < 0.7 for number in list(course.came)[: rng.randint(0, len(course.came))]}
    courses = [replace(course, came=came) if n == which else c for n, c in enumerate(world.courses)]
    return World(world.people, courses)


def publish(world: World, moment: datetime, before: Sequence[Snapshot]) -> list[Snapshot]:
    """As `publish_due` does it."""
    counted = [world.counted(period) for period in closed_periods(FIRST, moment)]
    return RELEASES.decide(Due(changed(counted, newest(before)), before), moment)


def answers(snapshots: Sequence[Snapshot]) -> Iterator[dict[str, Any]]:
    """Everything that may be asked of them, as it is answered."""
    for snapshot in snapshots:
        for profile in PROFILES:
            view = ReachView.model_validate(published(snapshot, profile))
            yield view.model_dump(mode="json", by_alias=True) | {"profile": profile}


def recovered(snapshots: Sequence[Snapshot]) -> dict[Any, Any]:
    """What may not be: whatever is hidden; once records were corrected, numbers of few people."""
    known: Knowledge = attack.learn(answers(snapshots))
    few = {
        ((str(s.period.first), str(s.period.last)), cell.dimension, cell.code, count)
        for s in snapshots
        for cell in s.reach.cells
        for count in ("enrolments", "people", "attended")
        if 0 < getattr(cell, count) < 8
    }
    corrected_spans = {(str(s.period.first), str(s.period.last)) for s in snapshots if s.revision > 1}
    found = known.recovered(also=few)
    return {figure: ends for figure, ends in found.items() if not corrected_spans or figure in few}


@pytest.mark.parametrize("seed", range(8 * DEPTH))
def test_nothing_hidden_is_recovered_from_a_year_published_at_once(seed: int) -> None:
    world = a_world(random.Random(seed))

    assert recovered(publish(world, datetime(2021, 4, 1, 8, tzinfo=UTC), [])) == {}


@pytest.mark.parametrize("seed", range(8 * DEPTH))
def test_nothing_hidden_is_recovered_month_by_month_while_records_are_corrected(seed: int) -> None:
    rng = random.Random(seed)
    world, snapshots = a_world(rng), list[Snapshot]()
    for last in MONTH_ENDS:
        moment = datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=1, hours=8)
        snapshots += publish(world, moment, snapshots)
        assert recovered(list(newest(snapshots).values())) == {}, last
        world = corrected(world, rng) if rng.random() < 0.4 else world
