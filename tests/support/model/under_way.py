"""Work that goes on while the model takes its next step: it waits for a lock of somebody else's, or at a gate.

One statement is sent to Postgres at a time, and the story's schedule says whose. That nothing moves any more is read
off the state of each piece of work and of Postgres' locks, never off a clock.
"""

import asyncio
import contextlib
import contextvars
import random
from collections.abc import Coroutine, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from shared.postgres.database import UNAVAILABLE
from tests.support.model.contested import Row
from tests.support.model.journal import Journal

if TYPE_CHECKING:
    from shared.postgres.database import Connection
    from tests.support.model.paced import Paced

T = TypeVar("T")

_HELD_UP = "select pid, pg_blocking_pids(pid) as by from unnest($1::int[]) as pid"

_LOOK_AGAIN_SECONDS = 0.002
"""How often Postgres is asked who waits; it decides nothing."""


class State(Enum):
    """Where a piece of work stands."""

    MOVES = auto()
    READY = auto()
    ASKS = auto()
    AT_GATE = auto()
    ENDED = auto()


_WHY: Mapping[State, str] = MappingProxyType({
    State.READY: "stands behind another", State.ASKS: "waits for a lock", State.AT_GATE: "stands at a gate",
})  # fmt: skip


@dataclass(slots=True, eq=False)
class Work:
    """A piece of work; `pid` is the backend it speaks to, `rows` what its statement may wait for, `waits` for whom.

    `holds` is what its transaction has locked so far.
    """

    name: str
    moved: asyncio.Event
    state: State = State.MOVES
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    pid: int | None = None
    rows: frozenset[Row] = frozenset()
    waits: AbstractSet[int] = frozenset()
    holds: frozenset[Row] = frozenset()
    free: bool = False

    def goes_to(self, state: State) -> None:
        """Tell whoever waits for things to settle."""
        self.state, self.waits = state, frozenset()
        self.moved.set()

    @property
    def moves(self) -> bool:
        """Whether it goes on of itself; with its leave it does, though the loop has not come to it yet."""
        return self.state is State.MOVES or (self.state in {State.READY, State.AT_GATE} and self.leave.is_set())

    async def stand(self, state: State, leave: asyncio.Event) -> None:
        """Go no further until there is leave to."""
        self.leave = leave
        self.goes_to(state)
        try:
            await leave.wait()
        finally:
            self.goes_to(State.MOVES)


_WORKS: "WeakKeyDictionary[asyncio.Task[Any], Work]" = WeakKeyDictionary()


_BEGUN: contextvars.ContextVar[Work | None] = contextvars.ContextVar("begun", default=None)


def join() -> None:
    """A handler has a task of its own; it is part of the work that called it, which waits for it."""
    task, work = asyncio.current_task(), _BEGUN.get()
    if task and work:
        _WORKS[task] = work


def _mine() -> Work | None:
    task = asyncio.current_task()
    return _WORKS.get(task) if task else None


class Turn:
    """What a connection does around a statement: wait for leave to send it, and tell when it is answered."""

    def __init__(self, connection: "Paced", rows: frozenset[Row], *, ends: bool = False) -> None:
        """What a new connection asks of itself takes no turn, nor does what is not under way."""
        work = _mine()
        self._work = work if work and not work.free and connection.greeted else None
        self._connection = connection
        self._rows = rows
        self._ends = ends

    async def __aenter__(self) -> None:
        """Return when it may be sent."""
        if self._work is None:
            return
        self._work.rows = self._rows
        await self._work.stand(State.READY, asyncio.Event())
        self._work.pid = self._connection.get_server_pid()
        self._work.goes_to(State.ASKS)

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """A backend that goes away has its locks for a moment yet, but is nobody's any more."""
        if self._work is None:
            return
        if kind is not None and issubclass(kind, UNAVAILABLE):
            self._work.pid = None
        self._work.holds = frozenset() if self._ends else self._work.holds | self._rows
        self._work.goes_to(State.MOVES)


class UnderWay:
    """Everything begun and not yet ended."""

    def __init__(self, watcher: "Connection", journal: Journal, schedule: int) -> None:
        """`watcher` is a connection of its own, to see who waits for a lock."""
        self._watcher = watcher
        self._journal = journal
        self._dice = random.Random(schedule)
        self._works: dict[asyncio.Task[Any], Work] = {}
        self._moved = asyncio.Event()
        self._stood: list[str] = []

    def begin(self, name: str, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Let it run; `settle` tells when it can come no further."""
        mine = Work(name, self._moved)
        context = contextvars.copy_context()
        context.run(_BEGUN.set, mine)
        task = asyncio.create_task(work, context=context)
        _WORKS[task] = self._works[task] = mine
        task.add_done_callback(lambda _: mine.goes_to(State.ENDED))
        return task

    async def wait_at(self, gate: asyncio.Event) -> None:
        """Called by the work itself: go no further until somebody opens the gate."""
        work = _mine()
        assert work is not None, "only what is under way stands at gates"
        await work.stand(State.AT_GATE, gate)

    async def settle(self) -> None:
        """Return when each piece of work has ended, stands at a gate, or waits for a lock; errors are raised."""
        while ready := await self._ready():
            chosen = ready[0] if len(ready) == 1 else self._dice.choice(ready)
            chosen.leave.set()
        self._tell_who_stands()
        self._reap()

    async def _ready(self) -> list[Work]:
        """Who may send a statement, now that nobody moves.

        Not who would wait too while another waits, lest one commit let both go on at once; but always he for whom that
        other waits.
        """
        while not await self._all_stand():
            pass
        asking = self._in(State.ASKS)
        awaited = frozenset[Row]().union(*(work.rows for work in asking))
        locked = [(work, work.holds) for work in self._works.values() if awaited and work.state is not State.ENDED]
        waited_for = set[int]().union(*(work.waits for work in asking))
        ready = self._in(State.READY)
        others = {work: awaited.union(*(held for owner, held in locked if owner is not work)) for work in ready}
        return [work for work in ready if work.pid in waited_for or not work.rows & others[work]]

    def _in(self, state: State) -> list[Work]:
        return [work for work in self._works.values() if work.state is state]

    async def _all_stand(self) -> bool:
        """Ended, ready for a statement, at a gate, or held up by another that stands."""
        self._moved.clear()
        if any(work.moves for work in self._works.values()):
            await self._moved.wait()
            return False
        asking = self._in(State.ASKS)
        if not all(work.waits for work in asking) and await self._one_moves_soon():
            return False
        held_up = await self._held_up(asking)
        if self._moved.is_set():
            return False
        for work in asking:
            work.waits = held_up.get(work.pid, frozenset())
        return all(work.waits for work in asking)

    async def _one_moves_soon(self) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), _LOOK_AGAIN_SECONDS)
        return self._moved.is_set()

    async def _held_up(self, asking: Sequence[Work]) -> "Mapping[int | None, AbstractSet[int]]":
        """Who waits for whom; to wait for somebody else's lock, or for one of who is gone, is to move."""
        if not asking:
            return {}
        ours = {work.pid for work in self._works.values() if work.pid and work.state is not State.ENDED}
        rows = await self._watcher.fetch(_HELD_UP, [work.pid for work in asking if work.pid])
        return {row["pid"]: ours.intersection(row["by"]) for row in rows}

    def _tell_who_stands(self) -> None:
        stood, self._stood = self._stood, [f"{w.name} {_WHY[w.state]}" for w in self._works.values() if w.state in _WHY]
        if self._stood != stood:
            self._journal.note(f"  under way: {', '.join(self._stood) or 'nothing'}")

    def _reap(self) -> None:
        ended = [task for task in self._works if task.done()]
        for task in ended:
            del self._works[task]
        for task in ended:
            if not task.cancelled():
                task.result()

    async def kill(self, task: "asyncio.Task[Any]") -> None:
        """Break it off where it stands; what it did in its transaction is undone when this returns."""
        if work := self._works.get(task):
            if not task.done():
                task.cancel()
                work.goes_to(State.MOVES)
            await self.settle()

    async def abandon(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        for task, work in self._works.items():
            work.free = True
            task.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)
        self._works.clear()
