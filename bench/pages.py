"""Pages as a browser without scripts gets them through the gateway, with the replayed year behind them.

Every kind of page that links lead to is asked for as whoever comes to it first. Each round asks for every page once, so
that all meet the same machine. The limit is the page that asks no service anything.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx

from academy.cli.demo import REPLAY
from academy.local.layout import ROOT, Plan
from academy.local.personas import PERSONAS
from academy.local.platform import Platform
from academy.local.processes import Child, Command
from academy.local.state import StateFolder
from bench.measure import Measure, quantile
from bench.stage import Stage, bare_environment
from tests.support.walks import kind_of, walk

_ROUNDS = 100
_WARMING = 3
_ASKS_NOTHING = "/accessibility"
_PATIENCE_SECONDS = 60
_UNHINDERED = {"ACADEMY_ENV": "development", "ACADEMY_CALLER_RATE": "1000000", "ACADEMY_CALLER_BURST": "1000000"}


class YearNotReplayed(Exception):
    """There is nothing to show on pages; the message is what the replay said."""


class NotShown(Exception):
    """A page that was there is not any more."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where it is, who looks at it, and how long it took each time, in milliseconds."""

    path: str
    visitor: httpx.AsyncClient
    taken: list[float] = field(default_factory=list[float])

    async def look(self) -> None:
        """Once more, redirects not followed: each of the pages they lead to has its own figure."""
        started = time.perf_counter()
        answer = await self.visitor.get(self.path, follow_redirects=False)
        self.taken.append((time.perf_counter() - started) * 1000)
        if answer.is_error:
            raise NotShown(f"{self.path}: {answer.status_code}")


async def measures(_: Stage) -> AsyncIterator[Measure]:
    """The p99 of every page, the slowest first."""
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(_replayed())
        pages: dict[str, Page] = {}
        for persona in PERSONAS:
            visitor = await stack.enter_async_context(_somebody(gateway, persona))
            for page in _kinds(visitor, await walk(visitor)):
                pages.setdefault(kind_of(page.path), page)
        for _round in range(_WARMING + _ROUNDS):
            for page in pages.values():
                await page.look()
        for measure in _told(pages):
            yield measure


def _told(pages: Mapping[str, Page]) -> Iterator[Measure]:
    figures = {kind: page.taken[_WARMING:] for kind, page in pages.items()}
    floor = quantile(figures[_ASKS_NOTHING], 0.99)
    for kind, taken in sorted(figures.items(), key=lambda pair: -quantile(pair[1], 0.99)):
        about = f"median {median(taken):.0f} ms of {len(taken)}"
        yield Measure(f"page_p99 {kind}", quantile(taken, 0.99), "ms", floor, about)


def _kinds(visitor: httpx.AsyncClient, seen: Mapping[str, httpx.Response]) -> Iterator[Page]:
    for path, answer in seen.items():
        if answer.headers.get("content-type", "").startswith("text/html"):
            yield Page(path, visitor)


@asynccontextmanager
async def _somebody(gateway: str, persona: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser of that persona, signed in."""
    headers = {"Accept": "text/html"}
    async with httpx.AsyncClient(
        base_url=gateway, headers=headers, follow_redirects=True, timeout=_PATIENCE_SECONDS, trust_env=False
    ) as visitor:
        choosing = await visitor.get("/sign-in")
        (await visitor.get(choosing.url.copy_merge_params({"persona": persona}))).raise_for_status()
        yield visitor


@asynccontextmanager
async def _replayed() -> AsyncGenerator[str]:
    """A platform of its own in the year that was replayed; the address of its gateway."""
    with tempfile.TemporaryDirectory(prefix="academy-bench-", ignore_cleanup_errors=True) as name:
        folder = StateFolder(Path(name))
        folder.path.chmod(0o711)
        async with Platform(_plan(folder)) as platform:
            await _academy(folder, "replay", REPLAY)
            await _academy(folder, "review")
            yield platform.address("gateway")


def _plan(folder: StateFolder) -> Plan:
    return Plan(
        folder,
        clock="replay",
        free_ports=True,
        downloads=ROOT / ".academy" / "downloads",
        environment=bare_environment() | _UNHINDERED,
    )


async def _academy(folder: StateFolder, *verb: str) -> None:
    log = folder.log(verb[0])
    environment = bare_environment() | {"ACADEMY_STATE": str(folder.path)}
    code = await Child(
        Command(verb[0], (sys.executable, "-m", "academy", *verb), log, environment, folder=ROOT)
    ).ended()
    if code:
        raise YearNotReplayed(await asyncio.to_thread(log.read_text))
