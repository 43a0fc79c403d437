"""One run from start to verdict: build, storm, converge, judge."""

import asyncio
import contextlib
import random
import time
from collections.abc import Coroutine, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from academy.local.platform import Platform
from tests.chaos import (
    audit_triggers,
    containment,
    convergence,
    durability,
    endings,
    holes,
    invariants,
    logs,
    mails,
    minimum_counts,
    pace,
    recollection,
    scene,
    schedule,
    setbacks,
    strangers,
)
from tests.chaos.client import Client
from tests.chaos.collect import Sampler, collect
from tests.chaos.deployment import Deployment
from tests.chaos.dumps import Dumps
from tests.chaos.durability import Copies
from tests.chaos.endings import Endings
from tests.chaos.faults import Faults
from tests.chaos.invariants import Finding
from tests.chaos.load import Load
from tests.chaos.logs import Said
from tests.chaos.mail_server import MailServer
from tests.chaos.mails import Mails
from tests.chaos.report import Report, command
from tests.chaos.scene import Scene
from tests.chaos.schedule import Fault
from tests.chaos.site import Site
from tests.chaos.trials import Trials
from tests.chaos.writers import Writer
from tests.support.folders import folder_anyone_may_cross

_PERSONAS = ("replay", "ops")
_ACT_EVERY = 2.0


class Storm:
    """Everything that acts on one running platform, and what each part of it remembers."""

    def __init__(self, site: Site, client: Client, built: Scene, seed: int) -> None:
        draw = random.Random(f"{seed}/writer")
        self.site = site
        self.scene = built
        self.load = Load(client, built, seed)
        self.writer = Writer(site.databases["enrolment"], draw)
        self.trials = Trials(self.writer, client, site, draw)
        self.faults = Faults(site, self.writer, self.trials, draw)
        self.sampler = Sampler(site)
        self.mails = Mails()
        self.copies: Copies = {}

    async def rage(self, plan: list[Fault]) -> None:
        """Load, writes of our own and samples for as long as the faults last; then the poison is let go."""
        working = asyncio.create_task(self.load.run())
        writing = asyncio.create_task(self.writer.act_regularly(self.scene, _ACT_EVERY))
        sampling = asyncio.create_task(self.sampler.run())
        try:
            await _unless_one_fails(self._blow_over(plan), working, writing, sampling)
            self.load.stop()
            await working
        finally:
            await _cancel(working, writing, sampling)

    async def _blow_over(self, plan: list[Fault]) -> None:
        await self.faults.run(plan)
        await convergence.all_ready(self.site)
        await self.trials.release()

    async def converge(self) -> Dumps:
        """Wait for calm, then read everything."""
        await convergence.settle(self.site, self.sampler, self.trials.poisons.sent)
        self.mails, self.copies = await mails.read(self.site), await durability.read(self.site)
        return strangers.disowned(await collect(self.site, self.sampler), self.trials.strangers.sent)

    def judge(self, dumps: Dumps, ended: Endings) -> list[Finding]:
        """The invariants, in the order of their numbers."""
        sent, brief = self.trials.sent, self.site.deployment.brief
        return [
            invariants.delivered(dumps),
            invariants.no_phantoms(dumps, self.writer.aborted, sent.foreign(dumps)),
            invariants.first_seen_in_order(dumps, sent.gone),
            invariants.well_placed(dumps),
            invariants.one_effect_each(dumps, sent.hopeless),
            invariants.effects_in_order(dumps, sent.hopeless),
            invariants.offsets_behind_work(dumps, sent.unreadable),
            containment.contained(dumps, sent.poisons, sent.apart),
            invariants.converged(dumps, sent.poisons),
            recollection.as_remembered(dumps, list(self.load.history)),
            *([] if brief else [pace.unhindered(dumps, sent.poisons, sent.apart)]),
            endings.none_gave_up(ended, self.site.deployment.service_processes()),
            setbacks.came_right(dumps, sent.setbacks),
            *([] if brief else self._judge_holes_and_strangers(dumps)),
        ]

    def _judge_holes_and_strangers(self, dumps: Dumps) -> list[Finding]:
        """A brief run has none."""
        sent = self.trials.sent
        return [
            holes.accepted(dumps, sent.holes),
            strangers.passed(dumps, sent.strangers, self.trials.readers),
            mails.said_once(self.mails),
            durability.as_declared(self.copies),
        ]

    def happened(self, dumps: Dumps, said: Sequence[Said], ended: Endings) -> dict[str, int]:
        """The counters of what the run has been through."""
        sent = self.trials.sent
        return {
            **minimum_counts.happened(dumps, said, self.faults.done, self.load.history),
            **minimum_counts.held(dumps, sent.poisons, sent.apart),
            **sent.happened(dumps),
            "mails": self.mails.distinct,
            "mails said again": self.mails.copies,
            "process endings": len(ended.of(self.site.deployment.service_processes())),
        }


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
    plan, seconds, ended = schedule.plan(seed, duration, deployment), dict[str, float](), Endings()
    async with contextlib.AsyncExitStack() as stack:
        folder, mail_server = stack.enter_context(_folder(keep)), MailServer()
        await stack.enter_async_context(mail_server.listening())
        platform = Platform(deployment.plan(folder, mail_server.address), ended)
        with _timed(seconds, "start"):
            await platform.start()
        watching = asyncio.create_task(platform.watch())
        try:
            storm, dumps = await _weather(Site.of(platform, deployment, mail_server), seed, plan, seconds)
        finally:
            await _cancel(watching)
            with _timed(seconds, "stop"):
                await _end(platform, deployment)
        said = logs.read(folder / "logs", deployment.service_processes())
    done, history = storm.faults.done, storm.load.history
    counters = storm.happened(dumps, said, ended)
    return Report(
        seed=seed,
        duration=duration,
        brief=deployment.brief,
        findings=storm.judge(dumps, ended),
        minimum_counts=minimum_counts.minimum_counts(counters, plan, done, brief=deployment.brief),
        history=history.counts(),
        failed=storm.faults.failed,
        said=logs.counts(said),
        seconds=seconds,
    )


async def _weather(site: Site, seed: int, plan: list[Fault], seconds: dict[str, float]) -> tuple[Storm, Dumps]:
    async with await Client.open(site.apis(), site.platform.address("issuer"), _PERSONAS) as client:
        with _timed(seconds, "scene"):
            for service, address in site.databases.items():
                await audit_triggers.install(address, service)
            storm = Storm(site, client, await scene.build(client, random.Random(f"{seed}/scene")), seed)
        with _timed(seconds, "storm"):
            await storm.rage(plan)
        with _timed(seconds, "convergence"):
            return storm, await storm.converge()


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
