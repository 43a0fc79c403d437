"""What happens when, out of the seed alone; timing on a real cluster is never exact, the plan is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.chaos.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Fault:
    """At so many seconds into the run, something happens to the targets, for so long where it lasts."""

    at: float
    kind: str
    targets: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Habit:
    """A kind of fault: one every so many seconds, at least once, within a share of the run."""

    kind: str
    every: float
    within: tuple[float, float] = (0.03, 0.97)
    lasts: tuple[float, float] = (0.0, 0.0)


LONGEST_HOLD = 60.0
_HOLD_SHARE = 0.36
"""A write and a snapshot are held through the first part of the run; Postgres ends only after it."""

HABITS = (
    Habit("relay_killed", 12),
    Habit("api_killed", 20),
    Habit("consumer_killed", 20, within=(0.2, 0.97)),
    Habit("relay_frozen", 40, lasts=(6, 9)),
    Habit("consumer_frozen", 60, within=(0.3, 0.6), lasts=(11, 14)),
    Habit("sessions_cut", 8),
    Habit("cut_before_delete", 40, within=(0.16, 0.34)),
    Habit("handler_held", 90, within=(0.02, 0.2)),
    Habit("two_brokers_killed", 120, within=(0.36, 0.45)),
    Habit("postgres_stopped", 80, within=(0.5, 0.7)),
    Habit("broker_missed", 90, within=(0.45, 0.5)),
    Habit("broker_killed", 60, within=(0.6, 0.95)),
)
"""Brokers come to harm only after what needs them well: a lock is held until the group has met again."""

FULL_HABITS = (
    Habit("mail_slow", 90, within=(0.05, 0.25), lasts=(15, 20)),
    Habit("mail_hanging", 90, within=(0.25, 0.45), lasts=(15, 20)),
    Habit("mail_dying", 90, within=(0.45, 0.65), lasts=(5, 10)),
)
"""Only whoever sends mails minds them."""

POISONS = {"too_large": 0.06, "undecodable": 0.1, "malformed": 0.12, "indigestible": 0.14}

TRIALS = {"event_delayed": 0.07}
FULL_TRIALS = {"strangers": 0.04, "jump_delayed": 0.08, "hole_dug": 0.11, "versions_jumped": 0.15}
"""These need services that a brief run is without."""


def plan(seed: int, duration: float, deployment: Deployment) -> list[Fault]:
    """All faults of a run in the order of their time."""
    draw = random.Random(f"{seed}/schedule")
    longest = min(LONGEST_HOLD, duration * _HOLD_SHARE)
    faults = [Fault(at, f"{what}_held", (), longest) for at, what in ((1.0, "snapshot"), (2.0, "write"))]
    faults += [Fault(duration * share, f"poison_{name}") for name, share in POISONS.items()]
    trials = TRIALS if deployment.brief else TRIALS | FULL_TRIALS
    faults += [Fault(duration * share, name) for name, share in trials.items()]
    habits = HABITS if deployment.brief else HABITS + FULL_HABITS
    for habit in sorted(habits, key=lambda habit: habit.lasts == (0, 0)):
        for at in _times(draw, habit, duration):
            lasts = round(draw.uniform(*habit.lasts), 1)
            faults.append(Fault(at, habit.kind, _targets(draw, habit.kind, deployment, _frozen(faults, at)), lasts))
    return sorted(faults, key=lambda fault: fault.at)


def _frozen(faults: Sequence[Fault], at: float) -> set[str]:
    """Who lies frozen at that moment: a kill would end it too soon."""
    return {name for f in faults if f.at - 1 <= at <= f.at + f.seconds + 1 for name in f.targets if f.seconds}


def _times(draw: random.Random, habit: Habit, duration: float) -> list[float]:
    """Evenly spread with some jitter."""
    first, last = habit.within
    count = max(1, round(duration / habit.every))
    width = (last - first) / count
    return [round(duration * (first + (n + draw.uniform(0.1, 0.9)) * width), 1) for n in range(count)]


def _targets(draw: random.Random, kind: str, deployment: Deployment, spared: set[str]) -> tuple[str, ...]:
    role = kind.partition("_")[0]
    if role in {"relay", "consumer", "api"}:
        return (draw.choice([name for name in deployment.processes(role) if name not in spared]),)
    if kind in {"broker_killed", "broker_missed"}:
        return (draw.choice(deployment.brokers()),)
    if kind == "two_brokers_killed":
        return tuple(draw.sample(deployment.brokers(), 2))
    if kind == "sessions_cut":
        return (draw.choice(deployment.services),)
    return ()
