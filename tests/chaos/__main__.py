"""`python -m tests.chaos`: exit 0 when every invariant held, 1 when one did not, 2 when the run proves nothing."""

import argparse
import asyncio
import json
import logging
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos import report, schedule
from tests.chaos.deployment import BRIEF, FULL
from tests.chaos.run import run
from tests.support import leftovers

_INTERRUPTED = 130


def main() -> int:
    """Print the plan, run it, print what was found."""
    asked = _arguments()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console()
    deployment = BRIEF if asked.brief else FULL
    console.print(_plan(schedule.plan(asked.seed, asked.duration, deployment)))
    try:
        with leftovers.watched():
            found = asyncio.run(run(asked.seed, asked.duration, deployment, keep=asked.keep))
    except KeyboardInterrupt:
        console.print("interrupted; everything has been stopped")
        return _INTERRUPTED
    report.show(found, console)
    if asked.json:
        asked.json.write_text(json.dumps(found.as_document(), indent=2) + "\n")
    if asked.evidence:
        report.note(found, asked.evidence)
    return found.exit_code


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of schedule, keys and commands")
    parser.add_argument("--duration", type=float, default=180, help="seconds of faults")
    parser.add_argument(
        "--brief", action="store_true", help="enrolment and talent only, no rates judged: as in make test"
    )
    parser.add_argument("--json", type=Path, help="write the result there")
    parser.add_argument("--evidence", type=Path, help="write a dated note there")
    parser.add_argument("--keep", type=Path, help="keep logs and state in this new folder")
    return parser.parse_args()


def _plan(faults: list[schedule.Fault]) -> Table:
    table = Table("at", "fault", "to", "for", title="Plan")
    for fault in faults:
        lasts = f"{fault.seconds:.0f} s" if fault.seconds else ""
        table.add_row(f"{fault.at:.1f} s", fault.kind.replace("_", " "), ", ".join(fault.targets), lasts)
    return table


if __name__ == "__main__":
    sys.exit(main())
