"""What may be printed of a period's reach: the counts of people behind every cell decide whether it is shown."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from services.enrolment.domain.reach import Cell, Dimension, Reach
from services.enrolment.domain.reach_reports import Printed, ReachReport, Writer
from shared.disclosure import SMALL, Profile, disclose, whole_percent

ProfileName = Literal["annual_review", "standard"]

PROFILES: Mapping[ProfileName, Profile] = MappingProxyType(
    {
        "standard": Profile("standard"),
        "annual_review": Profile(
            "annual_review",
            frozenset(
                {
                    "administrative_and_clerical",
                    "medical_and_dental",
                    "nurses_midwives_ahps",
                    "female",
                    "minority",
                }
            ),
        ),
    }
)
"""The annual review prints its five shares exactly; everything else follows the small-number rules."""


def published(reach: Reach, profile: Profile) -> ReachReport:
    """The report anyone may read."""
    writer = Writer(reach, "published", lambda dimension: printed(reach, dimension, profile), whole_percent)
    queue = reach.queue
    return writer.write(waiting=_alone(queue.waiting), withdrawals=_alone(queue.withdrawals))


def printed(reach: Reach, dimension: Dimension, profile: Profile) -> dict[str, Printed]:
    """One dimension after disclosure. A programme's total is its family's, so it is judged among its family."""
    cells = reach.breakdown(dimension)
    if dimension != "programme":
        return _judged(cells, profile)
    family = {d.programme_code: d.family for d in reach.deliveries}
    groups = [[cell for cell in cells if family[cell.code] == name] for name in sorted(set(family.values()))]
    return {code: cell for group in groups for code, cell in _judged(group, profile).items()}


def _judged(cells: Sequence[Cell], profile: Profile) -> dict[str, Printed]:
    exact = _exact(cells, profile)
    people = disclose({cell.code: cell.people for cell in cells}, exact=exact)
    enrolments = disclose({cell.code: cell.enrolments for cell in cells}, exact=exact)
    attended = disclose({cell.code: cell.attended for cell in cells}, exact=exact)
    hidden = {code for code in people if people[code] is None or enrolments[code] is None}
    return {
        code: Printed(code, None, None, None)
        if code in hidden
        else Printed(code, enrolments[code], attended[code], people[code])
        for code in people
    }


def _exact(cells: Sequence[Cell], profile: Profile) -> frozenset[str]:
    """A profile's exact cells, unless one of them, or all they leave of the total, is a handful of people."""
    exact = [cell.people for cell in cells if cell.code in profile.exact]
    rest = sum(cell.people for cell in cells) - sum(exact)
    if any(0 < people <= SMALL for people in (*exact, rest)):
        return frozenset()
    return profile.exact


def _alone(people: int) -> int | None:
    """A count that stands in no table."""
    return disclose({"people": people})["people"]
