"""`python -m bench`: one JSON line a measure on stdout, a table for people on stderr; 0 when all were taken."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from bench import api, drain, effects, idle, latency, old_snapshot, outbox_cost, pages, peers, published, takeover
from bench.evidence import circumstances, report, table
from bench.measure import Measure
from bench.stage import Stage, stage

Bench: TypeAlias = Callable[[Stage], AsyncIterator[Measure]]

BENCHES: Mapping[str, Bench] = MappingProxyType(
    {
        "drain": drain.measures,
        "old_snapshot": old_snapshot.measures,
        "latency": latency.measures,
        "effects": effects.measures,
        "outbox_cost": outbox_cost.measures,
        "idle": idle.measures,
        "takeover": takeover.measures,
        "api": api.measures,
        "published": published.measures,
        "pages": pages.measures,
        "peers": peers.measures,
    }
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=tuple(BENCHES), help="take this one; may be repeated")
    parser.add_argument("--peers", action="store_true", help="take faststream-outbox as well; it is installed once")
    parser.add_argument("--evidence", type=Path, metavar="FILE", help="keep a dated report there")
    return parser.parse_args()


def _chosen(only: Sequence[str] | None, *, peers_too: bool) -> list[str]:
    return list(only) if only else [name for name in BENCHES if peers_too or name != "peers"]


async def _run(names: Sequence[str]) -> tuple[list[Measure], Mapping[str, str]]:
    async with stage() as stands:
        taken = [measure for name in names for measure in await _take(name, stands)]
        return taken, await circumstances(stands)


async def _take(name: str, stands: Stage) -> list[Measure]:
    sys.stderr.write(f"{name} ...\n")
    await stands.calm()
    taken: list[Measure] = []
    async for measure in BENCHES[name](stands):
        sys.stdout.write(measure.line() + "\n")
        sys.stdout.flush()
        taken.append(measure)
    return taken


def main() -> int:
    """A goal that is missed is told, and is no failure of the bench."""
    asked = _arguments()
    taken, found = asyncio.run(_run(_chosen(asked.only, peers_too=asked.peers)))
    sys.stderr.write("\n" + table(taken) + "\n")
    if asked.evidence is not None:
        asked.evidence.write_text(report(taken, found, at=datetime.now(UTC)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
