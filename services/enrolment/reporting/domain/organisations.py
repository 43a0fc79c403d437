"""What became of places, by who the people work for: for those who answer for them, so in exact counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrganisationReach:
    """Counted as the reach is, under the position held when the place was given.

    `session_places` that are neither `attended` nor `missed` were told of no register.
    """

    system: str
    organisation: str
    name: str | None
    enrolments: int
    people: int
    session_places: int
    attended: int
    missed: int
    withdrawn_in_time: int
    withdrawn_late: int
