"""Sends the steps in the order of their moments, those of one moment side by side."""

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from academy.replay.client import IN_FLIGHT, PATIENCE_SECONDS, Gateway, Stopped
from academy.replay.plan.steps import Step

_REFERENCE = re.compile(r"\{([^}]+)\}")
_ASK_AGAIN_SECONDS = 0.1

Done = Callable[[Step], None]


class RowsRefused(Stopped):
    """A batch was taken, some of its rows were not: the year would come out wrong."""


class NeverCame(Stopped):
    """What should have followed from an event did not."""


class Sender:
    """Knows the ids earlier steps were answered with, and hands them to later ones."""

    def __init__(self, gateway: Gateway, token: str, done: Done) -> None:
        """`token` is the academy's own; `done` is told of each finished step."""
        self._gateway, self._token, self._done = gateway, token, done
        self._ids: dict[str, str] = {}
        self._room = asyncio.Semaphore(IN_FLIGHT)

    async def send(self, steps: Iterable[Step]) -> None:
        """All of them; a moment starts when every step of the one before is answered."""
        for _, of_moment in groupby(steps, key=lambda step: step.moment):
            try:
                async with asyncio.TaskGroup() as tasks:
                    for lane in _lanes(of_moment):
                        tasks.create_task(self._in_order(lane))
            except BaseExceptionGroup as several:
                raise several.exceptions[0] from None

    async def _in_order(self, lane: Sequence[Step]) -> None:
        for step in lane:
            async with self._room:
                await (self._wait_for(step, *step.until) if step.until else self._take(step))
            self._done(step)

    async def _take(self, step: Step) -> None:
        answer = await self._call(step)
        if step.keep:
            self._ids[step.key] = answer[step.keep]
        if step.rows:
            _check_rows(step, answer[step.rows])

    async def _wait_for(self, step: Step, name: str, value: str) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not any(row.get(name) == value for row in (await self._call(step))["items"]):
            if time.monotonic() > give_up_at:
                raise NeverCame(f"{step.key}: no {name} {value} within {PATIENCE_SECONDS:.0f} seconds")
            await asyncio.sleep(_ASK_AGAIN_SECONDS)

    async def _call(self, step: Step) -> Any:
        headers = {"Idempotency-Key": step.idempotency_key} if step.method == "POST" else {}
        token = self._token
        if step.on_behalf:
            token = await self._gateway.token("participant", step.on_behalf)
        else:
            headers["Academy-Time"] = step.moment.isoformat()
        path = _REFERENCE.sub(lambda found: self._ids[found[1]], step.path)
        return await self._gateway.call(step.method, path, token=token, headers=headers, body=step.body)


def _lanes(steps: Iterable[Step]) -> Iterable[list[Step]]:
    lanes: dict[str, list[Step]] = {}
    for step in steps:
        lanes.setdefault(step.lane or step.key, []).append(step)
    return lanes.values()


def _check_rows(step: Step, rows: Sequence[Mapping[str, Any]]) -> None:
    refused = [row for row in rows if row["outcome"] == "refused"]
    if refused:
        first = refused[0]
        raise RowsRefused(f"{step.key}: {len(refused)} rows refused, the first: {first['code']}: {first['message']}")
