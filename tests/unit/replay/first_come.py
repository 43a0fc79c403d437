"""The service's published rules in their plainest form, to hold the script against."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from random import Random
from typing import Any

from academy.replay.plan.steps import Step


@dataclass
class Room:
    """One cohort: who holds a place, who waits in which order."""

    places: int
    opens_at: datetime
    closes_at: datetime
    starts_at: datetime | None = None
    holders: dict[str, str] = field(default_factory=dict[str, str])
    waiting: dict[str, str] = field(default_factory=dict[str, str])
    at_start: frozenset[str] | None = None

    def enrol(self, enrolment: str, person: str, now: datetime) -> None:
        assert self.opens_at <= now < self.closes_at, f"{enrolment}: not open"
        assert len(self.holders) < self.places, f"{enrolment}: cohort_full"
        assert person not in {*self.holders.values(), *self.waiting.values()}, f"{enrolment}: already_enrolled"
        self.holders[enrolment] = person

    def wait(self, enrolment: str, person: str, now: datetime) -> None:
        assert self.opens_at <= now < self.closes_at, f"{enrolment}: not open"
        assert len(self.holders) == self.places, f"{enrolment}: cohort_not_full"
        assert person not in {*self.holders.values(), *self.waiting.values()}, f"{enrolment}: already_waiting"
        self.waiting[enrolment] = person

    def give_up(self, enrolment: str, now: datetime) -> None:
        self.start_if(now)
        held = self.holders.pop(enrolment, None)
        assert held or self.waiting.pop(enrolment, None), f"{enrolment}: not_found"
        if held and self.waiting and self.at_start is None:
            first = next(iter(self.waiting))
            self.holders[first] = self.waiting.pop(first)

    def start_if(self, now: datetime) -> None:
        if self.at_start is None and self.starts_at and now >= self.starts_at:
            self.at_start = frozenset(self.holders.values())


@dataclass
class Academy:
    """What the steps amount to when they are taken in a given order."""

    rooms: dict[str, Room] = field(default_factory=dict[str, Room])
    sessions: dict[str, tuple[str, datetime]] = field(default_factory=dict[str, tuple[str, datetime]])
    enrolments: dict[str, str] = field(default_factory=dict[str, str])
    learners: set[str] = field(default_factory=set[str])

    def take(self, step: Step) -> None:
        body: dict[str, Any] = dict(step.body or {})
        match step.key.split()[0]:
            case "cohort":
                self.rooms[step.key] = Room(body["places"], _time(body["opens_at"]), _time(body["closes_at"]))
            case "session":
                self._schedule(step, _time(body["starts_at"]))
            case "learners":
                assert len(body["learners"]) <= 100
                self.learners |= {row["person_id"] for row in body["learners"]}
            case "enrolment":
                self._ask(step, body["person_id"])
            case "withdrawal":
                enrolment = _named(step)
                self.rooms[self.enrolments[enrolment]].give_up(enrolment, step.moment)
            case "register":
                self._register(step, body["rows"])
            case _:
                pass

    def _schedule(self, step: Step, starts_at: datetime) -> None:
        room = self.rooms[_named(step)]
        room.starts_at = min(room.starts_at or starts_at, starts_at)
        self.sessions[step.key] = (_named(step), starts_at)

    def _ask(self, step: Step, person: str) -> None:
        assert person in self.learners, f"{step.key}: unknown person"
        room, now = self.rooms[_named(step)], step.moment
        (room.wait if step.path.endswith("waiting-list") else room.enrol)(step.key, person, now)
        self.enrolments[step.key] = _named(step)

    def _register(self, step: Step, rows: list[dict[str, Any]]) -> None:
        cohort, starts_at = self.sessions[_named(step)]
        self.rooms[cohort].start_if(step.moment)
        assert step.moment > starts_at, f"{step.key}: not started"
        assert len(rows) <= 100
        assert {row["person_id"] for row in rows} <= set(self.rooms[cohort].holders.values()), (
            f"{step.key}: not enrolled"
        )


def lived(steps: Iterable[Step], seed: int) -> Academy:
    """The academy after all steps, those of one moment taken in any order that keeps their lanes."""
    academy, random = Academy(), Random(seed)
    for _, of_moment in groupby(steps, key=lambda step: step.moment):
        for step in _any_order(of_moment, random):
            academy.take(step)
    return academy


def _any_order(steps: Iterable[Step], random: Random) -> Iterator[Step]:
    lanes: dict[str, list[Step]] = {}
    for step in steps:
        lanes.setdefault(step.lane or step.key, []).append(step)
    queues: list[list[Step]] = list(lanes.values())
    while queues:
        queue = random.choice(queues)
        yield queue.pop(0)
        queues = [queue for queue in queues if queue]


def _named(step: Step) -> str:
    return step.path.split("{")[1].split("}")[0]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
