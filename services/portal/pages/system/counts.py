"""How many people of each organisation hold a place, wait, or gave one up."""

from collections import Counter
from collections.abc import Iterable

from services.portal.clients.enrolment.enrolments import Enrolment

HELD, WAITS, IN_TIME, LATE, LEFT = "held", "waits", "in_time", "late", "left"


def by_organisation(people: Iterable[Enrolment]) -> dict[str, Counter[str]]:
    """By its code, in the order of the codes; who left the waiting list gave up no place."""
    counts: dict[str, Counter[str]] = {}
    for one in people:
        counts.setdefault(one.organisation or "", Counter())[_counted_as(one)] += 1
    return dict(sorted(counts.items()))


def _counted_as(one: Enrolment) -> str:
    if one.state == "withdrawn" and one.enrolled_at is None:
        return LEFT
    if one.state == "withdrawn":
        return LATE if one.late else IN_TIME
    return WAITS if one.state == "waitlisted" else HELD
