"""What the processes said while they lived; it outlives a kill -9, which their metrics do not."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from academy.local.logs import aside

_LINE = re.compile(r"^(?P<at>\S+) \[\w+\s*\] (?P<event>\w+)\s*(?P<rest>.*)$")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LANES = re.compile(r"lanes=\[([\d, ]*)\]")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a process's log."""

    at: str
    process: str
    event: str
    rest: str

    @property
    def lanes(self) -> list[int]:
        found = _LANES.search(self.rest)
        return [int(lane) for lane in found[1].split(",")] if found and found[1] else []


def read(folder: Path, processes: Sequence[str]) -> list[Said]:
    """All that was said, in the order of time."""
    return sorted((said for name in processes for said in _of(folder / f"{name}.log", name)), key=lambda s: s.at)


def _of(file: Path, process: str) -> Iterator[Said]:
    text = "".join(part.read_text(errors="replace") for part in (aside(file), file) if part.exists())
    for line in _COLOURS.sub("", text).splitlines():
        if match := _LINE.match(line):
            yield Said(match["at"], process, match["event"], match["rest"])


def counts(said: Sequence[Said]) -> Counter[str]:
    """How often each thing was said."""
    return Counter(line.event for line in said)


def takeovers(said: Sequence[Said]) -> int:
    """Lanes that came to another relay of the same service than the one that had them last."""
    owners: dict[tuple[str, int], str] = {}
    changed = 0
    for line in said:
        if line.event == "lanes_taken":
            for lane in line.lanes:
                place = line.process.partition("-")[0], lane
                changed += owners.get(place, line.process) != line.process
                owners[place] = line.process
    return changed
