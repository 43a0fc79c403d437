"""Where made-up people work and as what."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from academy.replay.plan.draw import Draw
from academy.replay.plan.places import Applicant
from academy.replay.plan.programmes import RoleGroup
from academy.replay.plan.tables import rows

_STAFF_GROUPS: Mapping[RoleGroup, Mapping[str, float]] = {
    "admin": {"ADM": 1},
    "medical": {"MED": 1},
    "nursing_ahp": {"NMR": 70, "AHP": 30},
    "others": {"PST": 30, "ACS": 30, "HCS": 11, "EST": 9, "STU": 5, "EXT": 15},
}
_PROFESSIONS: Mapping[str, Mapping[str, float]] = {
    "ADM": {"MAN": 60, "ADM": 40},
    "MED": {"DOC": 93, "DEN": 7},
    "NMR": {"NUR": 85, "MID": 15},
    "AHP": {"PHY": 40, "OCC": 25, "RAD": 20, "PAR": 15},
    "PST": {"PHA": 1},
    "ACS": {"HCA": 1},
    "HCS": {"HCS": 1},
    "EST": {"EST": 1},
    "STU": {"STU": 1},
    "EXT": {"PAT": 80, "CIT": 20},
}
_PRIMARY_CARE_PROFESSIONS: Mapping[str, Mapping[str, float]] = {
    **_PROFESSIONS,
    "ADM": {"PMA": 60, "MAN": 25, "ADM": 15},
    "MED": {"GP": 1},
    "NMR": {"NUR": 1},
    "AHP": {"PHY": 60, "PAR": 40},
}
_BANDS: Mapping[str, Mapping[str, float]] = {
    "MAN": {"6": 10, "7": 28, "8a": 25, "8b": 17, "8c": 11, "8d": 5, "9": 2, "VSM": 2},
    "ADM": {"2": 8, "3": 17, "4": 30, "5": 25, "6": 20},
    "PMA": {"6": 30, "7": 40, "8a": 30},
    "NUR": {"5": 15, "6": 32, "7": 33, "8a": 15, "8b": 5},
    "MID": {"6": 45, "7": 40, "8a": 15},
    "PHA": {"6": 25, "7": 40, "8a": 25, "8b": 10},
    "HCA": {"2": 30, "3": 40, "4": 30},
    "EST": {"3": 30, "4": 30, "5": 25, "6": 15},
}
_USUAL_BANDS: Mapping[str, float] = {"5": 12, "6": 40, "7": 33, "8a": 15}
_NO_BANDS: Mapping[str, str] = {"GP": "MD", "DOC": "MD", "DEN": "MD", "STU": "OTH", "CIT": "OTH", "PAT": "OTH"}
_WORKPLACES: Mapping[int, float] = {1: 34, 2: 22, 3: 18, 4: 16, 5: 10}
_SURGERIES = (6, 12)


@dataclass(frozen=True, slots=True)
class Position:
    """A post in codes; organisations carry made-up codes of the form system and number."""

    system: str
    organisation: str
    staff_group: str
    profession: str
    band: str


def position_for(applicant: Applicant, draw: Draw) -> Position:
    """A post that fits what the person learns: primary care works in surgeries, ambassadors are citizens."""
    primary_care = applicant.attends("primary_care")
    system = applicant.system or draw.weighted(_systems())
    staff_group = draw.weighted(_STAFF_GROUPS[applicant.role_group])
    professions = _PRIMARY_CARE_PROFESSIONS if primary_care else _PROFESSIONS
    profession = draw.weighted(professions[staff_group])
    if applicant.attends("ambassadors"):
        staff_group, profession = "EXT", "CIT"
    workplace = draw.between(*_SURGERIES) if primary_care else draw.weighted(_WORKPLACES)
    return Position(system, f"{system}{workplace:02}", staff_group, profession, _band(profession, draw))


def _band(profession: str, draw: Draw) -> str:
    return _NO_BANDS.get(profession) or draw.weighted(_BANDS.get(profession, _USUAL_BANDS))


@cache
def _systems() -> Mapping[str, float]:
    return {row["code"]: float(row["share"]) for row in rows("systems")}
