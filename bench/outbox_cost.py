"""What the outbox costs the enrol command: against the same command whose events are dropped before being written."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count
from statistics import median
from typing import TypeAlias

from bench.child import Port, result_of
from bench.cohorts import Supply, supply
from bench.enrolled import NOW
from bench.lanes import shared_out
from bench.measure import Measure
from bench.stage import Stage
from services.enrolment.places.commands.enrolments import enrol
from shared.contracts.enrolment import PUBLISHED
from shared.ids import CohortId, PersonId
from shared.postgres.database import Database, Transaction

Command: TypeAlias = Callable[[Transaction, CohortId, PersonId], Awaitable[None]]
Times: TypeAlias = dict[str, list[float]]

_TURNS = 24
_COMMANDS_A_TURN = 80
_WARMING = 2
_TOPICS = tuple(sorted({event.topic for event in PUBLISHED}))


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """Alone, eight at once, and eight at once while a relay on the same cores takes away what they write."""
    for name, at_once in (("alone", 1), ("of_eight", 8)):
        async with stage.room("enrolment") as room:
            yield _told(name, await result_of(take_turns, database=room.database, at_once=at_once))
    async with stage.room("enrolment", *_TOPICS) as room, room.role("relay"):
        await shared_out(room, 1)
        yield _told("of_eight_relayed", await result_of(take_turns, database=room.database, at_once=8))


def _told(name: str, times: Times) -> Measure:
    """The limit follows from the median of the ratios of neighbouring turns, in which noise falls on both."""
    ratio, floor = _ratio(times, "announcing"), _ratio(times, "asking")
    value = median(times["announcing"][_WARMING:])
    about = (
        f"{100 * (ratio - 1):+.0f} %, where one empty statement more costs {100 * (floor - 1):+.0f} %;"
        f" enrol with its outbox against enrol without, median of {_TURNS} turns, no two at once in one cohort"
    )
    return Measure(f"outbox_cost_{name}", value, "ms", value / ratio, about)


def _ratio(times: Times, name: str) -> float:
    pairs = zip(times[name][_WARMING:], times["silent"][_WARMING:], strict=True)
    return median(ours / silent for ours, silent in pairs)


async def take_turns(_: Port, *, database: str, at_once: int) -> Times:
    """Milliseconds a command of each turn; who goes first changes from turn to turn."""
    db = await Database.connect(database, application="bench-enrolment", size=at_once + 1)
    supplied, numbers = await supply(db), count()
    commands: list[tuple[str, Command]] = [("announcing", _announcing), ("silent", _silent), ("asking", _asking)]
    times: Times = {name: [] for name, _ in commands}
    for turn in range(_TURNS + _WARMING):
        for name, command in commands if turn % 2 else reversed(commands):
            times[name].append(await _turn(db, command, supplied, numbers, at_once))
    await db.close()
    return times


async def _turn(db: Database, command: Command, supplied: Supply, numbers: Iterator[int], at_once: int) -> float:
    waiting = iter([supplied.pair(next(numbers)) for _ in range(_COMMANDS_A_TURN)])

    async def enrol_next() -> None:
        for cohort_id, person_id in waiting:
            await db.run(command, cohort_id, person_id)

    began = time.perf_counter()
    await asyncio.gather(*(enrol_next() for _ in range(at_once)))
    return (time.perf_counter() - began) * 1000 / _COMMANDS_A_TURN


async def _announcing(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> None:
    await enrol(tx, cohort_id, person_id, method="self", now=NOW)


async def _silent(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> None:
    before = tx.mark()
    await enrol(tx, cohort_id, person_id, method="self", now=NOW)
    tx.forget_since(before)


async def _asking(tx: Transaction, cohort_id: CohortId, person_id: PersonId) -> None:
    """The floor of any outbox: one statement more, though it does nothing."""
    await _silent(tx, cohort_id, person_id)
    await tx.execute("select")
