"""Runs the named tests in a copy of the tree, and judges what their end says of the design."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.mutants import verdicts
from tests.mutants.patches import Mutant
from tests.mutants.trees import DoesNotApply, mutated

Verdict: TypeAlias = Literal["killed", "survived", "suspicious", "does not apply"]

_EACH_TEST = 120
"""Longer than a test's own patience, so that what never comes is told by an assertion."""

_WHOLE_RUN = 480


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a mutant; `says` is the test that killed it, or what is wrong."""

    mutant: str
    verdict: Verdict
    says: str
    seconds: float


def try_mutant(tree: Path, mutant: Mutant, environment: Mapping[str, str]) -> Judgement:
    """Put the wrong design in, run the tests that should tell, take it out."""
    began = time.monotonic()
    try:
        with mutated(tree, mutant):
            lines = run(tree, mutant.killed_by, environment, "--exitfirst")
    except DoesNotApply as error:
        return Judgement(mutant.name, "does not apply", str(error), time.monotonic() - began)
    verdict, says = judge(lines)
    return Judgement(mutant.name, verdict, says, time.monotonic() - began)


def run(tree: Path, tests: Sequence[str], environment: Mapping[str, str], *options: str) -> list[dict[str, Any]]:
    """How every phase of every test ended; nothing of it when the run itself did not end in time."""
    found = tree / "verdicts.jsonl"
    found.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", verdicts.__name__]
    try:
        subprocess.run(
            [*command, f"--timeout={_EACH_TEST}", *options, *tests],
            cwd=tree,
            env=_environment(tree, found, environment),
            check=False,
            capture_output=True,
            timeout=_WHOLE_RUN,
        )
    except subprocess.TimeoutExpired:
        return []
    return [json.loads(line) for line in found.read_text().splitlines()] if found.exists() else []


def _environment(tree: Path, found: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Without byte code: a file changed and changed back within a second would be mistaken for its stale cache."""
    own = {verdicts.VARIABLE: str(found), "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **environment, **own}


def judge(lines: Sequence[Mapping[str, Any]]) -> tuple[Verdict, str]:
    """Killed only by an assertion or a time-out inside a test; anything else that broke is suspicious."""
    broken = [line for line in lines if line["outcome"] == "failed"]
    telling = [line for line in broken if line["phase"] == "call" and line["asserted"]]
    if telling:
        return "killed", telling[0]["test"].partition("::")[2]
    if broken:
        return "suspicious", f"{broken[0]['error']} at {broken[0]['phase']} of {broken[0]['test']}"
    if not lines:
        return "suspicious", "no test was run to its end"
    return "survived", "every named test passed"


def failures(lines: Sequence[Mapping[str, Any]], tests: Sequence[str]) -> list[str]:
    """Which of the tests did not pass: failed in one of their forms, or were not there at all."""
    passed = {line["test"] for line in lines if line["phase"] == "call" and line["outcome"] == "passed"}
    broken = {line["test"] for line in lines if line["outcome"] == "failed"}
    there = passed | {test.partition("[")[0] for test in passed}
    return sorted((set(tests) - there) | broken)
