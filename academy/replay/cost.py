"""What a replay cost: processor time by part of the platform, and the memory all parts hold."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import psutil
from rich.table import Column, Table

REPLAY = "replay itself"

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Use:
    """Of one part; processes it started that are no part themselves are its own."""

    pid: int
    cpu_seconds: float
    resident_bytes: int


def sample(parts: Mapping[str, int | None]) -> Mapping[str, Use]:
    """Every part that runs on this machine, by its pid, and this process; parts of one process share a line."""
    names: dict[int, list[str]] = {}
    for name, pid in parts.items():
        if pid and pid != os.getpid():
            names.setdefault(pid, []).append(name)
    uses = {", ".join(names[pid]): _use(pid, others=frozenset(names) - {pid}) for pid in names}
    return {name: use for name, use in uses.items() if use} | {REPLAY: _this_process()}


def spent(before: Mapping[str, Use], after: Mapping[str, Use]) -> Mapping[str, float]:
    """Processor seconds between two samples; a part that was restarted counts from its new start."""
    return {name: use.cpu_seconds - _earlier(before.get(name), use) for name, use in after.items()}


def cost_table(before: Mapping[str, Use], after: Mapping[str, Use], enrolments: int) -> Table:
    """Milliseconds an enrolment by part, dearest first, and the memory resident now."""
    table = Table("part", _right("CPU s"), _right("ms an enrolment"), _right("resident MiB"), title="What it cost")
    seconds = spent(before, after)
    for name in sorted(seconds, key=lambda part: seconds[part], reverse=True):
        table.add_row(name, *_figures(seconds[name], after[name].resident_bytes, enrolments))
    total_memory = sum(use.resident_bytes for use in after.values())
    table.add_section()
    table.add_row("all", *_figures(sum(seconds.values()), total_memory, enrolments))
    return table


def _figures(seconds: float, resident_bytes: int, enrolments: int) -> Iterator[str]:
    yield f"{seconds:.1f}"
    yield f"{1000 * seconds / enrolments:.2f}"
    yield f"{resident_bytes / _MEBIBYTE:.0f}"


def _right(header: str) -> Column:
    return Column(header, justify="right")


def _earlier(before: Use | None, use: Use) -> float:
    return before.cpu_seconds if before and before.pid == use.pid else 0.0


def _this_process() -> Use:
    process = psutil.Process()
    times = process.cpu_times()
    return Use(process.pid, times.user + times.system, _resident(process))


def _use(pid: int, *, others: frozenset[int]) -> Use | None:
    seconds, resident = 0.0, 0
    try:
        for process in _own_family(psutil.Process(pid), others | {os.getpid()}):
            with suppress(psutil.NoSuchProcess):
                seconds += _cpu_seconds(process)
                resident += _resident(process)
    except psutil.NoSuchProcess:
        return None
    return Use(pid, seconds, resident)


def _own_family(process: psutil.Process, others: frozenset[int]) -> Iterator[psutil.Process]:
    yield process
    for child in process.children():
        if child.pid not in others:
            yield from _own_family(child, others)


def _cpu_seconds(process: psutil.Process) -> float:
    """Children that have ended are in their parent's account."""
    times = process.cpu_times()
    ended = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return times.user + times.system + ended


def _resident(process: psutil.Process) -> int:
    """Pages shared by several processes are counted once, where the system tells them apart."""
    with suppress(psutil.AccessDenied):
        memory = process.memory_full_info()
        return getattr(memory, "pss", memory.rss)
    return process.memory_info().rss
