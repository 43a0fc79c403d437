"""One run from start to verdict: build, storm, heal, judge."""

import asyncio
import contextlib
import random
import time
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from academy.local.platform import Platform
from tests.chaos import containment, floors, healing, invariants, logs, pace, recollection, scene, schedule, witness
from tests.chaos.collect import Sampler, collect
from tests.chaos.deployment import Deployment
from tests.chaos.door import Door
from tests.chaos.dumps import Dumps
from tests.chaos.faults import Faults
from tests.chaos.invariants import Finding
from tests.chaos.load import Load
from tests.chaos.poison import Poisons
from tests.chaos.report import Report, command
from tests.chaos.scene import Scene
from tests.chaos.schedule import Fault
from tests.chaos.site import Site
from tests.chaos.writers import Writer
from tests.support.folders import folder_anyone_may_cross

_PERSONAS = ("replay", "ops")
_ABORT_EVERY = 2.0


class Storm:
    """Everything that acts on one running platform, and what each part of it remembers."""

    def __init__(self, site: Site, door: Door, built: Scene, seed: int) -> None:
        draw = random.Random(f"{seed}/writer")
        self.site = site
        self.scene = built
        self.load = Load(door, built, seed)
        self.writer = Writer(site.databases["enrolment"], draw)
        self.poisons = Poisons(self.writer, door, site, draw)
        self.faults = Faults(site, self.writer, self.poisons, draw)
        self.sampler = Sampler(site)

    async def rage(self, plan: list[Fault]) -> None:
        """Load, aborted writes and samples for as long as the faults last; then the poison is let go."""
        working = asyncio.create_task(self.load.run())
        aborting = asyncio.create_task(self.writer.abort_regularly(self.scene, _ABORT_EVERY))
        sampling = asyncio.create_task(self.sampler.run())
        try:
            await _unless_one_fails(self._blow_over(plan), working, aborting, sampling)
            self.load.stop()
            await working
        finally:
            await _cancel(working, aborting, sampling)

    async def _blow_over(self, plan: list[Fault]) -> None:
        await self.faults.run(plan)
        await healing.all_ready(self.site)
        await self.poisons.release()

    async def heal(self) -> Dumps:
        """Wait for calm, then read everything."""
        await healing.settle(self.site, self.sampler, self.poisons.sent)
        return await collect(self.site, self.sampler)

    def judge(self, dumps: Dumps) -> list[Finding]:
        """The invariants, in the order of their numbers."""
        poisons = self.poisons.sent
        timed = [] if self.site.deployment.brief else [pace.unhindered(dumps, poisons)]
        return [
            invariants.delivered(dumps),
            invariants.no_phantoms(dumps, self.writer.aborted, poisons),
            invariants.first_seen_in_order(dumps),
            invariants.well_placed(dumps),
            invariants.one_effect_each(dumps, poisons),
            invariants.effects_in_order(dumps, poisons),
            invariants.offsets_behind_work(dumps),
            containment.contained(dumps, poisons),
            invariants.healed(dumps, poisons),
            recollection.as_remembered(dumps, list(self.load.history)),
            *timed,
        ]


async def run(seed: int, duration: float, deployment: Deployment, *, keep: Path | None = None) -> Report:
    """Everything in a folder of its own, gone afterwards unless it is to be kept; no process outlives it.

    A run that breaks off has no report, so its error says how it is run again.
    """
    try:
        return await _run(seed, duration, deployment, keep)
    except BaseException as error:
        error.add_note(f"the same again: {command(seed, duration, brief=deployment.brief)}")
        raise


async def _run(seed: int, duration: float, deployment: Deployment, keep: Path | None) -> Report:
    plan, seconds = schedule.plan(seed, duration, deployment), dict[str, float]()
    with _folder(keep) as folder:
        platform = Platform(deployment.plan(folder))
        with _timed(seconds, "start"):
            await platform.start()
        watching = asyncio.create_task(platform.watch())
        try:
            storm, dumps = await _weather(Site.of(platform, deployment), seed, plan, seconds)
        finally:
            await _cancel(watching)
            with _timed(seconds, "stop"):
                await _end(platform, deployment)
        said = logs.read(folder / "logs", deployment.service_processes())
    done, history = storm.faults.done, storm.load.history
    counters = floors.happened(dumps, said, storm.poisons.sent, done, history)
    return Report(
        seed=seed,
        duration=duration,
        brief=deployment.brief,
        findings=storm.judge(dumps),
        floors=floors.floors(counters, plan, done, brief=deployment.brief),
        history=history.tally(),
        failed=storm.faults.failed,
        said=logs.counts(said),
        seconds=seconds,
    )


async def _weather(site: Site, seed: int, plan: list[Fault], seconds: dict[str, float]) -> tuple[Storm, Dumps]:
    async with await Door.open(site.apis(), site.platform.address("issuer"), _PERSONAS) as door:
        with _timed(seconds, "scene"):
            for service, address in site.databases.items():
                await witness.install(address, service)
            storm = Storm(site, door, await scene.build(door, random.Random(f"{seed}/scene")), seed)
        with _timed(seconds, "storm"):
            await storm.rage(plan)
        with _timed(seconds, "healing"):
            return storm, await storm.heal()


async def _end(platform: Platform, deployment: Deployment) -> None:
    """What is thrown away anyway need not be asked to end."""
    for name in (*deployment.service_processes(), *deployment.brokers()):
        platform.kill(name)
    await platform.stop()


async def _unless_one_fails(main: Coroutine[Any, Any, None], *others: "asyncio.Task[None]") -> None:
    """Await the first; should another end before it, that one failed, and its error is raised."""
    leading = asyncio.create_task(main)
    try:
        await asyncio.wait((leading, *others), return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            if task.done():
                task.result()
        await leading
    finally:
        leading.cancel()


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextmanager
def _folder(keep: Path | None) -> Generator[Path]:
    """The one to keep, or one that is gone afterwards; on the disk, for which a commit has to wait as in earnest."""
    if keep is not None:
        keep.mkdir(parents=True, mode=0o711)
        yield keep
        return
    with folder_anyone_may_cross(in_memory=False) as folder:
        yield folder


@contextmanager
def _timed(seconds: dict[str, float], what: str) -> Generator[None]:
    began = time.monotonic()
    yield
    seconds[what] = round(time.monotonic() - began, 1)
