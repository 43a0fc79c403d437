"""One figure of the bench, the goal it has to reach, and how both are told to machines and to people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType
from typing import Literal, TypeAlias

Sense: TypeAlias = Literal["at least", "at most"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a measure has to reach: its value, or the ratio of its value to the limit."""

    of: Literal["value", "ratio"]
    sense: Sense
    bound: float

    def __str__(self) -> str:
        return f"{self.of} {'>=' if self.sense == 'at least' else '<='} {self.bound:g}"

    def is_met_by(self, figure: float) -> bool:
        """Whether the figure lies on the right side of the bound, or on it."""
        return figure >= self.bound if self.sense == "at least" else figure <= self.bound


GOALS: Mapping[str, Goal] = MappingProxyType(
    {
        "relay_drain": Goal("ratio", "at least", 0.4),
        "drain_under_old_snapshot": Goal("ratio", "at least", 0.7),
        "relay_statements_per_event": Goal("value", "at most", 0.01),
        "commit_to_record_one_relay_p50": Goal("value", "at most", 5),
        "commit_to_record_one_relay_p99": Goal("value", "at most", 20),
        "commit_to_record_two_relays_p99": Goal("value", "at most", 25),
        "commit_to_effect_p50": Goal("value", "at most", 10),
        "commit_to_effect_p99": Goal("value", "at most", 30),
        "effects": Goal("ratio", "at least", 8),
        "outbox_cost_alone": Goal("ratio", "at most", 1.15),
        "outbox_cost_of_eight": Goal("ratio", "at most", 1.15),
        "idle_relay": Goal("value", "at most", 10),
        "takeover_killed": Goal("value", "at most", 2),
        "takeover_frozen": Goal("value", "at most", 8),
        "takeover_frozen_reading": Goal("value", "at most", 8),
        "enrolments_one_process": Goal("ratio", "at least", 0.5),
        "enrolments_two_processes": Goal("ratio", "at least", 0.5),
        "published_month_p50": Goal("value", "at most", 20),
        "published_month_p99": Goal("value", "at most", 20),
        "page_p99": Goal("value", "at most", 100),
    }
)
"""By measure, or by the first word of its name; what is not here is told for comparison only."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, and the limit it is compared to, both of this run."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over limit."""
        return self.value / self.limit if self.limit else None

    @property
    def goal(self) -> Goal | None:
        """What it has to reach, if anything."""
        return GOALS.get(self.name.partition(" ")[0])

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one. A ratio that could not be taken reaches nothing."""
        if self.goal is None:
            return None
        figure = self.value if self.goal.of == "value" else self.ratio
        return figure is not None and self.goal.is_met_by(figure)

    def line(self) -> str:
        """One line of JSON."""
        return json.dumps(
            {
                "measure": self.name,
                "value": _rounded(self.value),
                "unit": self.unit,
                "limit": _rounded(self.limit),
                "ratio": _rounded(self.ratio),
                "goal": None if self.goal is None else str(self.goal),
                "met": self.met,
                "note": self.note,
            },
            ensure_ascii=False,
        )

    def cells(self) -> tuple[str, ...]:
        """The same for a table, in the order of `HEADINGS`."""
        met = {None: "", True: "met", False: "missed"}[self.met]
        figures = (_shown(figure) for figure in (self.value, self.limit, self.ratio))
        value, limit, ratio = figures
        return (self.name, f"{value} {self.unit}", limit, ratio, str(self.goal or ""), met)


HEADINGS = ("measure", "value", "limit", "ratio", "goal", "")


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank)."""
    if not values:
        raise ValueError("no values were taken")
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def _rounded(figure: float | None) -> float | None:
    """Four significant digits: more would be noise."""
    return None if figure is None else float(f"{figure:.4g}")


def _shown(figure: float | None) -> str:
    if figure is None:
        return ""
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"  # noqa: PLR2004 from here on digits are noise
