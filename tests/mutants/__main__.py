"""`python -m tests.mutants [NAME ...]`: exit 0 when every wrong design is killed, 1 when not, 2 on a wrong name."""

import argparse
import os
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutants.patches import Mutant, Unreadable, mutants
from tests.mutants.runs import Judgement, Verdict, failures, run, try_mutant
from tests.mutants.trees import copy_of_the_tree
from tests.support import leftovers
from tests.support.platform import RunPlatform

COLOUR: Mapping[Verdict, str] = {"killed": "green", "survived": "red", "suspicious": "yellow", "does not apply": "red"}
console = Console()


def main() -> int:
    """Try the named mutants, or all."""
    parser = argparse.ArgumentParser(prog="tests.mutants", description="Shows that the tests kill each wrong design.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="file name without .patch; all without any")
    parser.add_argument("--list", action="store_true", help="print the wrong designs and end")
    arguments = parser.parse_args()
    try:
        chosen = mutants(arguments.names)
    except Unreadable as error:
        parser.error(str(error))
    return _print(chosen) if arguments.list else _try(chosen)


def _print(chosen: Sequence[Mutant]) -> int:
    table = Table("mutant", "wrong design", "why it is wrong", "killed by", show_lines=True)
    for mutant in chosen:
        table.add_row(mutant.name, mutant.design, mutant.reason, "\n".join(mutant.killed_by))
    console.print(table)
    return 0


def _try(chosen: Sequence[Mutant]) -> int:
    with leftovers.watched(), copy_of_the_tree() as tree, _infrastructure() as environment:
        if not _right_design_passes(tree, chosen, environment):
            return 1
        judgements = [_tried(tree, mutant, environment) for mutant in chosen]
    _report(judgements)
    return 0 if all(judgement.verdict == "killed" for judgement in judgements) else 1


@contextmanager
def _infrastructure() -> Generator[Mapping[str, str]]:
    """One Postgres and one Kafka for all: those in the environment, else our own."""
    if "ACADEMY_TEST_POSTGRES" in os.environ:
        yield {}
        return
    platform = RunPlatform()
    try:
        yield platform.environment()
    finally:
        platform.stop()


def _right_design_passes(tree: Path, chosen: Sequence[Mutant], environment: Mapping[str, str]) -> bool:
    """A test that fails anyway kills nothing."""
    tests = sorted({test for mutant in chosen for test in mutant.killed_by})
    began = time.monotonic()
    broken = failures(run(tree, tests, environment), tests)
    for test in broken:
        console.print(f"[red]does not pass on the tree as it is:[/] {test}")
    if not broken:
        console.print(f"the tree as it is passes all {len(tests)} tests in {time.monotonic() - began:.0f} s")
    return not broken


def _tried(tree: Path, mutant: Mutant, environment: Mapping[str, str]) -> Judgement:
    judgement = try_mutant(tree, mutant, environment)
    console.print(f"[{COLOUR[judgement.verdict]}]{judgement.verdict:<14}[/] {mutant.name} ({judgement.seconds:.0f} s)")
    return judgement


def _report(judgements: Sequence[Judgement]) -> None:
    table = Table("mutant", "", "by", "seconds")
    for found in judgements:
        table.add_row(found.mutant, f"[{COLOUR[found.verdict]}]{found.verdict}[/]", found.says, f"{found.seconds:.1f}")
    console.print(table)
    killed = sum(found.verdict == "killed" for found in judgements)
    console.print(f"{killed} of {len(judgements)} wrong designs killed")


if __name__ == "__main__":
    sys.exit(main())
