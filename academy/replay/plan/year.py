"""The reach of 2020/21 put together: the same year, to the minute, every time it is asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from academy.replay.plan.attendance import Mark, Watched, marks, seats, watched
from academy.replay.plan.cohorts import Cohort, cohorts_of
from academy.replay.plan.demand import Demand, demand_for, leaving_moments
from academy.replay.plan.draw import Draw
from academy.replay.plan.people import Person, generate_people
from academy.replay.plan.places import Applicant, fill, holders
from academy.replay.plan.pools import Assessment, Member, members, reassessments
from academy.replay.plan.practitioners import Practitioner, Request, added, migrated, requests
from academy.replay.plan.programmes import ROLE_GROUPS, ProgrammeTotals, read_programmes
from academy.replay.plan.working_days import at, on_or_before
from shared.london import day_of

REVIEW_YEAR = (date(2020, 4, 1), date(2021, 3, 31))
LAST_MOMENT = at(REVIEW_YEAR[1], 21)
YEAR_CLOSED = at(REVIEW_YEAR[1] + timedelta(days=1), 8)
"""The morning after, when the year's figures may be published."""

_UNPLACED_PEOPLE = 150
"""People who ask in vain or give up before the start: on record, never in the reach."""

_DIRECTORS_ELSEWHERE = 36
"""Pool members who take part in nothing the enrolment service runs."""

_CROWD = 20
"""Of each kind of people who would come to a cohort too, so many are thought of."""


@dataclass(frozen=True, slots=True)
class Year:
    """Everything that happens, before it is turned into calls."""

    programmes: tuple[ProgrammeTotals, ...]
    cohorts: tuple[Cohort, ...]
    people: Mapping[int, Person]
    holders: Mapping[str, list[int]]
    demands: Mapping[str, Demand]
    marks: tuple[Mark, ...]
    watched: tuple[Watched, ...]
    members: tuple[Member, ...]
    reassessments: tuple[Assessment, ...]
    practitioners: tuple[Practitioner, ...]
    requests: tuple[Request, ...]


def reach_2020_21() -> Year:
    """The year as the review reports it."""
    programmes = read_programmes()
    cohorts = tuple(cohort for totals in programmes for cohort in cohorts_of(totals))
    applicants = fill(programmes, cohorts)
    unplaced = _more_people(len(applicants), _UNPLACED_PEOPLE)
    directors = _more_people(len(applicants) + len(unplaced), _DIRECTORS_ELSEWHERE)
    people = generate_people((*applicants, *unplaced, *directors))
    held = holders(applicants)
    demands = _demands(programmes, cohorts, held, applicants, unplaced)
    taken = tuple(_marks(programmes, cohorts, held, demands, people))
    recorded = {totals.code: totals.recorded for totals in programmes}
    pool = members([*_people_of("talent_workshop", applicants, people), *(people[one.number] for one in directors)])
    reassessed = tuple(reassessments(pool))
    return Year(
        programmes=programmes,
        cohorts=cohorts,
        people=people,
        holders=held,
        demands=demands,
        marks=taken,
        watched=tuple(watched(taken, recorded, until=LAST_MOMENT)),
        members=tuple(pool),
        reassessments=reassessed,
        practitioners=tuple(_practitioners(applicants, people, taken)),
        requests=tuple(requests(pool, reassessed, _front_line(applicants, people))),
    )


def _more_people(first_number: int, count: int) -> list[Applicant]:
    draw = Draw(f"people from {first_number}")
    return [Applicant(first_number + n, draw.one_of(ROLE_GROUPS)) for n in range(count)]


def _demands(
    programmes: Iterable[ProgrammeTotals],
    cohorts: Iterable[Cohort],
    held: Mapping[str, list[int]],
    applicants: Sequence[Applicant],
    unplaced: Sequence[Applicant],
) -> Mapping[str, Demand]:
    in_demand = {totals.code: totals.in_demand for totals in programmes}
    demands: dict[str, Demand] = {}
    for cohort in cohorts:
        if cohort.held:
            others = _others(cohort, applicants, unplaced)
            popular = in_demand[cohort.programme.code]
            demands[cohort.key] = demand_for(cohort, held[cohort.key], others, in_demand=popular)
    return demands


def _others(cohort: Cohort, applicants: Sequence[Applicant], unplaced: Sequence[Applicant]) -> list[int]:
    """Who else would come: people who hold a place in another programme, and people who hold none."""
    draw = Draw(f"others for {cohort.key}")
    some = {
        applicant.number
        for applicant in (draw.one_of(applicants) for _ in range(_CROWD))
        if applicant.could_attend(cohort)
    }
    return [*sorted(some), *(applicant.number for applicant in draw.shuffled(unplaced)[:_CROWD])]


def _marks(
    programmes: Iterable[ProgrammeTotals],
    cohorts: Sequence[Cohort],
    held: Mapping[str, list[int]],
    demands: Mapping[str, Demand],
    people: Mapping[int, Person],
) -> Iterator[Mark]:
    appeal = {totals.code: totals.appeal for totals in programmes}
    base = sum(cohort.held * len(cohort.sessions) for cohort in cohorts)
    return marks(seats(cohorts, held, leaving_moments(demands)), people, appeal, base=base)


def _people_of(family: str, applicants: Iterable[Applicant], people: Mapping[int, Person]) -> Iterator[Person]:
    return (people[applicant.number] for applicant in applicants if applicant.attends(family))


def _front_line(applicants: Iterable[Applicant], people: Mapping[int, Person]) -> list[Person]:
    """Learners of bite-size courses: middle managers and front-line leaders, whom coaching serves first."""
    return list(_people_of("complete_leadership_series", applicants, people))


def _practitioners(
    applicants: Sequence[Applicant], people: Mapping[int, Person], taken: Iterable[Mark]
) -> Iterator[Practitioner]:
    coaches = list(migrated(list(_people_of("coach_cpd", applicants, people))))
    yield from coaches
    registered = {coach.person.person_id for coach in coaches}
    yield from (m for m in added(_mentors(people, taken), until=LAST_MOMENT) if m.person.person_id not in registered)


def _mentors(people: Mapping[int, Person], taken: Iterable[Mark]) -> list[tuple[Person, Cohort]]:
    """Who was at Mentoring Skills on the day."""
    return [
        (people[mark.seat.applicant], mark.seat.cohort)
        for mark in taken
        if mark.seat.cohort.programme.award == "mentoring_skills" and mark.mode != "missed"
    ]


def first_moment(year: Year) -> datetime:
    """The first thing that happens: programmes are published the week before the first cohort is announced."""
    return at(on_or_before(day_of(min(c.announced_at for c in year.cohorts)) - timedelta(days=7)), 9)
