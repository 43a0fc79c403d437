"""Made-up people, with the shares the review published kept exactly enough to round to its integers."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from academy.replay.plan.draw import Draw, Shares, stable_id
from academy.replay.plan.places import Applicant
from academy.replay.plan.positions import Position, position_for
from academy.replay.plan.programmes import RoleGroup
from academy.replay.plan.tables import rows

_FEMALE: Mapping[RoleGroup, float] = {"admin": 0.82, "medical": 0.70, "nursing_ahp": 0.88, "others": 0.78}
_MINORITY: Mapping[RoleGroup, float] = {"admin": 0.25, "medical": 0.45, "nursing_ahp": 0.28, "others": 0.2675}
_OTHER_GENDER, _GENDER_NOT_STATED, _ETHNICITY_UNKNOWN = 0.004, 0.006, 0.02

_CATEGORIES: Mapping[str, Mapping[str, float]] = {
    "minority": {"H": 27, "J": 17, "K": 4, "L": 8, "M": 12, "N": 13, "P": 3, "R": 3, "S": 4, "D": 3, "E": 2, "F": 4},
    "white": {"A": 92, "B": 3, "C": 5},
    "unknown": {"Z": 60, "99": 40},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person as the academy's learner record holds one."""

    person_id: UUID
    role_group: RoleGroup
    name: str
    email: str
    position: Position
    gender: str
    ethnicity: str
    ethnic_category: str


def generate_people(applicants: Iterable[Applicant]) -> Mapping[int, Person]:
    """A person for each applicant, by number.

    They take their turns sorted by role group and by how much they attend, so that the shares hold over
    enrolments, over attendances and over distinct people alike.
    """
    genders, ethnicities = Shares(), Shares()
    draw, names = Draw("people"), _Names()
    made: dict[int, Person] = {}
    for applicant in sorted(draw.shuffled(applicants), key=_turn):
        gender = genders.next(_gender_shares(applicant.role_group))
        ethnicity = ethnicities.next(_ethnicity_shares(applicant.role_group))
        name, email = names.next(gender, at_work=not applicant.attends("ambassadors"))
        made[applicant.number] = Person(
            person_id=stable_id(f"person {applicant.number}"),
            role_group=applicant.role_group,
            name=name,
            email=email,
            position=position_for(applicant, draw),
            gender=gender,
            ethnicity=ethnicity,
            ethnic_category=draw.weighted(_CATEGORIES[ethnicity]),
        )
    return made


def _turn(applicant: Applicant) -> tuple[RoleGroup, int, int]:
    return applicant.role_group, applicant.enrolments, applicant.sessions


def _gender_shares(group: RoleGroup) -> Mapping[str, float]:
    female = _FEMALE[group]
    male = 1 - female - _OTHER_GENDER - _GENDER_NOT_STATED
    return {"female": female, "male": male, "other": _OTHER_GENDER, "not_stated": _GENDER_NOT_STATED}


def _ethnicity_shares(group: RoleGroup) -> Mapping[str, float]:
    minority = _MINORITY[group]
    return {"white": 1 - minority - _ETHNICITY_UNKNOWN, "minority": minority, "unknown": _ETHNICITY_UNKNOWN}


class _Names:
    """Names in a drawn order; an address is given once, as mail systems do it, with a number for a namesake."""

    def __init__(self) -> None:
        self._draw = Draw("names")
        self._given = {kind: _names_of(kind) for kind in ("female", "male")}
        self._family = _names_of("family")
        self._used: dict[str, int] = {}

    def next(self, gender: str, *, at_work: bool) -> tuple[str, str]:
        kind = gender if gender in self._given else self._draw.one_of(("female", "male"))
        given, family = self._draw.one_of(self._given[kind]), self._draw.one_of(self._family)
        return f"{given} {family}", self._address(given, family, at_work=at_work)

    def _address(self, given: str, family: str, *, at_work: bool) -> str:
        plain = f"{_plain(given)}.{_plain(family)}"
        self._used[plain] = self._used.get(plain, 0) + 1
        number = "" if self._used[plain] == 1 else str(self._used[plain])
        return f"{plain}{number}@{'example.nhs.uk' if at_work else 'example.org'}"


def _names_of(kind: str) -> list[str]:
    return [row["name"] for row in rows("names") if row["kind"] == kind]


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(_letters(folded))


def _letters(text: str) -> Iterator[str]:
    return (letter for letter in text if letter.isascii() and letter.isalpha())
