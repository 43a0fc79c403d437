"""What the academy offered in 2020/21, and how much of it took place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from academy.replay.plan.tables import rows

RoleGroup = Literal["admin", "medical", "nursing_ahp", "others"]
Method = Literal["self", "manager", "nomination", "team"]

ROLE_GROUPS: tuple[RoleGroup, ...] = ("admin", "medical", "nursing_ahp", "others")

_METHODS: Mapping[str, Method] = {"self": "self", "manager": "manager", "nomination": "nomination", "team": "team"}


@dataclass(frozen=True, slots=True)
class Programme:
    """An offer as it is published."""

    code: str
    family: str
    title: str
    levels: tuple[str, ...]
    audience: str
    provider: str
    awarding_body: str | None
    award: str | None
    attend: Literal["all"] | int
    recordings_count: bool
    over_booking: bool


@dataclass(frozen=True, slots=True)
class ProgrammeTotals:
    """How much of a programme took place: `enrolments` are places held at the start, by role group."""

    programme: Programme
    cohorts: int
    seats: int
    places: int
    licences: int | None
    sessions: int
    minutes: int
    weeks_apart: int
    first_from: date
    first_to: date
    weeks_open: int
    in_demand: bool
    recorded: bool
    appeal: float
    method: Method
    systems: tuple[str, ...]
    enrolments: Mapping[RoleGroup, int]

    @property
    def code(self) -> str:
        """The programme's own code."""
        return self.programme.code

    @property
    def held(self) -> int:
        """Places held at the start, all cohorts together."""
        return sum(self.enrolments.values())


def read_programmes() -> tuple[ProgrammeTotals, ...]:
    """Every programme with its totals, in the order of the data file."""
    described = {row["code"]: _programme(row) for row in rows("programmes")}
    return tuple(_totals(described[row["code"]], row) for row in rows("delivery"))


def _programme(row: Mapping[str, str]) -> Programme:
    return Programme(
        code=row["code"],
        family=row["family"],
        title=row["title"],
        levels=tuple(row["levels"].split()),
        audience=row["audience"],
        provider=row["provider"],
        awarding_body=row["awarding_body"] or None,
        award=row["award"] or None,
        attend="all" if row["attend"] == "all" else int(row["attend"]),
        recordings_count=row["recordings_count"] == "yes",
        over_booking=row["over_booking"] == "yes",
    )


def _totals(programme: Programme, row: Mapping[str, str]) -> ProgrammeTotals:
    return ProgrammeTotals(
        programme=programme,
        cohorts=int(row["cohorts"]),
        seats=int(row["seats"]),
        places=int(row["places"]),
        licences=int(row["licences"]) if row["licences"] else None,
        sessions=int(row["sessions"]),
        minutes=int(row["minutes"]),
        weeks_apart=int(row["weeks_apart"] or 0),
        first_from=date.fromisoformat(row["first_from"]),
        first_to=date.fromisoformat(row["first_to"]),
        weeks_open=int(row["weeks_open"]),
        in_demand=row["in_demand"] == "yes",
        recorded=row["recorded"] == "yes",
        appeal=float(row["appeal"]),
        method=_METHODS[row["method"]],
        systems=tuple(row["systems"].split()),
        enrolments={group: int(row[group]) for group in ROLE_GROUPS},
    )
