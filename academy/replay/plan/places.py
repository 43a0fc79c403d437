"""Who holds which places when the cohorts start: people first as applicants, before they get a name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from academy.replay.plan.cohorts import Cohort
from academy.replay.plan.draw import Draw
from academy.replay.plan.programmes import ROLE_GROUPS, ProgrammeTotals, RoleGroup

DISTINCT_PEOPLE = 3050
"""How many people hold the 4,116 places; the review does not say, our reading."""

_MOST_COURSES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a cohort, wanted by one of a role group."""

    cohort: Cohort
    role_group: RoleGroup


@dataclass(slots=True)
class Applicant:
    """Somebody who wants to learn, before a name and a post are generated."""

    number: int
    role_group: RoleGroup
    cohorts: list[Cohort] = field(default_factory=list[Cohort])

    @property
    def enrolments(self) -> int:
        """Places held."""
        return len(self.cohorts)

    @property
    def sessions(self) -> int:
        """Sessions of the places held."""
        return sum(len(cohort.sessions) for cohort in self.cohorts)

    @property
    def system(self) -> str | None:
        """The system a licensed place ties the person to."""
        return next((cohort.system for cohort in self.cohorts if cohort.system), None)

    def attends(self, family: str) -> bool:
        """Whether one of the places is in that family of programmes."""
        return any(cohort.programme.family == family for cohort in self.cohorts)

    def could_attend(self, cohort: Cohort) -> bool:
        """Nobody takes a course twice, sits in two rooms at once or changes system; ambassadors do nothing else."""
        if self.enrolments >= _MOST_COURSES or self.attends("ambassadors") or cohort.programme.family == "ambassadors":
            return False
        if cohort.system and self.system and cohort.system != self.system:
            return False
        return not any(held.programme == cohort.programme or _meet_at_once(held, cohort) for held in self.cohorts)


def fill(programmes: Sequence[ProgrammeTotals], cohorts: Sequence[Cohort]) -> list[Applicant]:
    """Applicants for every place: some hold one, fewer hold two, three …, in each role group to the same degree."""
    places = [place for totals in programmes for place in _dealt(totals, _of(totals, cohorts))]
    applicants: list[Applicant] = []
    for group in ROLE_GROUPS:
        wanted = [place for place in places if place.role_group == group]
        people = round(len(wanted) * DISTINCT_PEOPLE / len(places))
        applicants.extend(_seat(wanted, people, first_number=len(applicants)))
    return applicants


def _of(totals: ProgrammeTotals, cohorts: Iterable[Cohort]) -> list[Cohort]:
    return [cohort for cohort in cohorts if cohort.programme.code == totals.code]


def _dealt(totals: ProgrammeTotals, cohorts: Sequence[Cohort]) -> Iterator[Place]:
    """The programme's role groups dealt to its cohorts; teams get the same mix each."""
    roles: list[RoleGroup] = [group for group, held in totals.enrolments.items() for _ in range(held)]
    if totals.method == "team":
        roles = [role for n in range(len(cohorts)) for role in roles[n :: len(cohorts)]]
    else:
        roles = Draw(f"roles in {totals.code}").shuffled(roles)
    dealt = iter(roles)
    return (Place(cohort, next(dealt)) for cohort in cohorts for _ in range(cohort.held))


def _seat(places: Sequence[Place], people: int, *, first_number: int) -> list[Applicant]:
    """The first places make the people, each further place goes to one of them, sooner to those who came before."""
    group = places[0].role_group
    draw = Draw(f"who comes again, {group}")
    drawn = sorted(draw.shuffled(places), key=lambda place: place.cohort.programme.family != "ambassadors")
    applicants = [Applicant(first_number + n, group, [place.cohort]) for n, place in enumerate(drawn[:people])]
    urn = list(applicants)
    for place in drawn[people:]:
        applicant = _somebody(urn, place.cohort, draw)
        applicant.cohorts.append(place.cohort)
        urn.append(applicant)
    return applicants


def _somebody(urn: Sequence[Applicant], cohort: Cohort, draw: Draw) -> Applicant:
    while not (applicant := draw.one_of(urn)).could_attend(cohort):
        pass
    return applicant


def _meet_at_once(one: Cohort, other: Cohort) -> bool:
    return any(a.starts_at < b.ends_at and b.starts_at < a.ends_at for a in one.sessions for b in other.sessions)


def holders(applicants: Iterable[Applicant]) -> Mapping[str, list[int]]:
    """The numbers of those who hold a place at the start, by cohort key."""
    held: dict[str, list[int]] = {}
    for applicant in applicants:
        for cohort in applicant.cohorts:
            held.setdefault(cohort.key, []).append(applicant.number)
    return held
