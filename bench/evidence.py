"""The measures as a table for people, and as a dated report with what they were taken on."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import asyncpg
import psutil

from academy.local.kafka_jars import VERSION
from bench.measure import HEADINGS, Measure
from bench.stage import Stage

_PACKAGES = ("aiokafka", "asyncpg", "fastapi", "faststream", "pydantic", "uvicorn", "uvloop")


async def circumstances(stage: Stage) -> Mapping[str, str]:
    """Machine and versions."""
    connection = await asyncpg.connect(stage.postgres)
    try:
        postgres = await connection.fetchval("select current_setting('server_version')")
    finally:
        await connection.close()
    load = " ".join(f"{average:.1f}" for average in os.getloadavg())
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": platform.platform(),
        "load at the end": load,
        "Python": platform.python_version(),
        "PostgreSQL": postgres,
        "Apache Kafka": VERSION,
        **{package: version(package) for package in _PACKAGES},
    }


def _processor() -> str:
    found = Path("/proc/cpuinfo")
    lines = found.read_text().splitlines() if found.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def table(measures: Sequence[Measure]) -> str:
    """Aligned columns."""
    rows = [HEADINGS, *(measure.cells() for measure in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def report(measures: Sequence[Measure], found: Mapping[str, str], *, at: datetime) -> str:
    """Markdown: the table, a note on each measure, and the circumstances."""
    heading = f"# Bench, {at:%-d %B %Y, %H:%M} UTC"
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(measure.cells() for measure in measures)]
    figures = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    notes = "\n".join(f"- `{measure.name}`: {measure.note}" for measure in measures if measure.note)
    taken_on = "\n".join(f"- {name}: {value}" for name, value in found.items())
    return f"{heading}\n\n{figures}\n\n## Notes\n\n{notes}\n\n## Taken on\n\n{taken_on}\n"
