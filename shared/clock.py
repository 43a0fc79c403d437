"""The only place that reads the time; domain and commands are passed `now`.

A service that replays a year lives in event time: its clock is the highest moment seen, kept in a row, never set back.
A replay can be ended, for good: from then on the service lives in real time, on what it has.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast

from shared.errors import Forbidden, Invalid
from shared.london import day_of
from shared.postgres.database import Database, Transaction

_ADVANCE = """
insert into replay_clock (moment) values ($1)
on conflict (single) do update set moment = greatest(replay_clock.moment, excluded.moment)
where not replay_clock.ended
"""

_END = """
insert into replay_clock (moment, ended) values (clock_timestamp(), true)
on conflict (single) do update set moment = greatest(replay_clock.moment, excluded.moment), ended = true
returning moment
"""


LONGEST_JUMP = timedelta(days=400)
"""A year and what follows it."""


class MomentTooFar(Invalid):
    """A replay lives one year: a moment beyond the next is a mistake."""

    code = "moment_too_far"


class TimeShiftRefused(Forbidden):
    """Only a replay may say what time it is, and only where the service lives in event time."""

    code = "time_shift_refused"


class ReplayEnded(Forbidden):
    """A service that has gone over to real time is told no other."""

    code = "replay_ended"


class Clock(Protocol):
    """What a service takes its time from."""

    @property
    def replayed(self) -> datetime | None:
        """The moment a replay has come to; None in real time."""
        ...

    def now(self) -> datetime:
        """The moment it is, timezone-aware UTC."""
        ...

    async def must_reach(self, moment: datetime) -> None:
        """MomentTooFar where no caller may move the clock so far, ReplayEnded where none may any more."""

    async def advance_to(self, moment: datetime) -> None:
        """Hear of a moment that has come, from a header or an event."""

    async def wait_for_tick(self, seconds: float) -> None:
        """Wait until the clock jumps, at most `seconds` of wall time."""

    async def refresh(self) -> None:
        """Learn how far the service's other processes have come."""


class SystemClock:
    """The wall clock."""

    @property
    def replayed(self) -> datetime | None:
        """Nothing is replayed."""
        return None

    def now(self) -> datetime:
        """The moment it is, timezone-aware UTC."""
        return datetime.now(UTC)

    async def must_reach(self, moment: datetime) -> None:
        """The wall clock is where it is."""

    async def advance_to(self, moment: datetime) -> None:
        """The wall clock cannot be told."""

    async def wait_for_tick(self, seconds: float) -> None:
        """Wait; the wall clock does not jump."""
        await asyncio.sleep(seconds)

    async def refresh(self) -> None:
        """There is nothing to learn."""


class ReplayClock:
    """The highest moment seen, shared by all processes of a service through one row; the wall clock once it has ended.

    Never set back: a moment beyond today stands until the wall clock has come there.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._moment: datetime | None = None
        self._ended = False
        self._jumped = asyncio.Event()
        self._advancing = asyncio.Lock()

    def now(self) -> datetime:
        """The replayed moment; the wall clock's until a replay has begun, and after it has ended."""
        if self._moment is None:
            return datetime.now(UTC)
        return max(self._moment, datetime.now(UTC)) if self._ended else self._moment

    @property
    def replayed(self) -> datetime | None:
        """The moment a replay has come to; None before it has begun and after it has ended."""
        return None if self._ended else self._moment

    async def must_reach(self, moment: datetime) -> None:
        """A clock that was never moved goes anywhere in the past, each jump after that has an end.

        What it is moved to by mistake cannot be taken back.
        """
        if self._moment is None or self._is_too_far(moment):
            await self.refresh()
        if self._ended:
            raise ReplayEnded("the replay has ended here: the service lives in real time")
        if self._is_too_far(moment):
            raise MomentTooFar(f"the clock moves {LONGEST_JUMP.days} days at a time, and no further past today")

    async def advance_to(self, moment: datetime) -> None:
        """Move forward to `moment`, for every process of the service; an earlier one changes nothing.

        Real time cannot be told.
        """
        if self._ended or self._has_seen(moment):
            return
        async with self._advancing:
            if not self._has_seen(moment):
                await self._db.run(_advance_to, moment)
                self._move(moment)

    async def wait_for_tick(self, seconds: float) -> None:
        """Wait until this process moves the clock, at most `seconds`; then learn what the others did."""
        try:
            await asyncio.wait_for(self._jumped.wait(), seconds)
        except TimeoutError:
            await self.refresh()
        self._jumped.clear()

    async def refresh(self) -> None:
        """Read the row: before the first request, and wherever another process may have moved it."""
        if self._ended:
            return
        found = await self._db.read(_read)
        if found is not None:
            moment, self._ended = found
            self._move(moment)

    def _has_seen(self, moment: datetime) -> bool:
        return self._moment is not None and moment <= self._moment

    def _is_too_far(self, moment: datetime) -> bool:
        if self._has_seen(moment):
            return False
        now = datetime.now(UTC)
        return moment > min(now, self._moment or now) + LONGEST_JUMP

    def _move(self, moment: datetime) -> None:
        if not self._has_seen(moment):
            self._moment = moment
            self._jumped.set()


async def _advance_to(tx: Transaction, moment: datetime) -> None:
    await tx.execute(_ADVANCE, moment)


async def _read(tx: Transaction) -> tuple[datetime, bool] | None:
    row = await tx.fetchrow("select moment, ended from replay_clock")
    return None if row is None else (row["moment"], row["ended"])


async def end_replay(tx: Transaction) -> datetime:
    """Let the service live in real time, for good; every process learns of it when it next looks at the clock."""
    return cast("datetime", await tx.fetchval(_END))


def in_words(replayed: datetime) -> str:
    """What people are told where time is not what they think."""
    day = day_of(replayed)
    return f"replaying: it is {day.day} {day:%B %Y} here"
