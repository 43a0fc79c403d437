"""A wrong design is killed by an assertion or a time-out inside a test, and by nothing else."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.mutants import verdicts
from tests.mutants.patches import Mutant
from tests.mutants.runs import failures, judge, run, try_mutant
from tests.mutants.trees import DoesNotApply, mutated

ENDS = """
import pytest

def test_passes():
    pass

def test_asserts():
    assert 1 == 2

def test_times_out():
    raise TimeoutError

def test_expects_an_error():
    with pytest.raises(ValueError):
        pass

@pytest.mark.parametrize("form", [1, 2])
def test_has_forms(form):
    pass

@pytest.mark.parametrize("form", [1, 2])
def test_has_a_form_that_fails(form):
    assert form == 1

def test_breaks():
    missing

@pytest.fixture
def broken():
    assert False

def test_never_begins(broken):
    pass
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree of one module and its tests, and of the plug-in that every copy brings along."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / "tests" / "mutants").mkdir(parents=True)
    shutil.copy(verdicts.__file__, folder / "tests" / "mutants")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:schemathesis -p no:hypothesispytest -p no:faker\n")
    (folder / "test_ends.py").write_text(ENDS)
    (folder / "test_unreadable.py").write_text("import nowhere_to_be_found\n")
    (folder / "speed.py").write_text("LIMIT = 30\n")
    (folder / "test_speed.py").write_text("from speed import LIMIT\n\ndef test_limit():\n    assert LIMIT == 30\n")
    return folder


@pytest.fixture(scope="module")
def ends(tree: Path) -> list[dict[str, Any]]:
    return run(tree, ["test_ends.py"], {}, "--import-mode=importlib")


def a_mutant(folder: Path, before: str, after: str) -> Mutant:
    path = folder / "faster.patch"
    path.write_text(f"--- a/speed.py\n+++ b/speed.py\n@@ -1 +1 @@\n-{before}\n+{after}\n")
    return Mutant("faster", "", "", ("test_speed.py::test_limit",), path)


@pytest.mark.parametrize(
    ("test", "fate"),
    [
        ("test_passes", "survived"),
        ("test_asserts", "killed"),
        ("test_times_out", "killed"),
        ("test_expects_an_error", "killed"),
        ("test_breaks", "suspicious"),
        ("test_never_begins", "suspicious"),
        ("test_is_not_there", "suspicious"),
    ],
)
def test_what_ended_a_test_decides(ends: list[dict[str, Any]], test: str, fate: str) -> None:
    assert judge([line for line in ends if line["test"] == f"test_ends.py::{test}"])[0] == fate


def test_a_file_that_cannot_be_read_kills_nothing(tree: Path) -> None:
    assert judge(run(tree, ["test_unreadable.py"], {}))[0] == "suspicious"


def test_a_test_of_several_forms_passes_in_all_of_them_or_not(ends: list[dict[str, Any]]) -> None:
    lines = [line for line in ends if "_form" in line["test"]]
    wanted = ["test_ends.py::test_has_forms", "test_ends.py::test_has_a_form_that_fails"]
    assert failures(lines, wanted) == ["test_ends.py::test_has_a_form_that_fails[2]"]


def test_a_test_that_is_not_there_counts_as_one_that_does_not_pass(ends: list[dict[str, Any]]) -> None:
    there = [line for line in ends if line["test"] == "test_ends.py::test_passes"]
    wanted = ["test_ends.py::test_passes", "test_ends.py::test_is_not_there"]
    assert failures(there, wanted) == [wanted[1]]


def test_a_wrong_design_is_put_in_tried_and_taken_out_again(tree: Path) -> None:
    found = try_mutant(tree, a_mutant(tree, "LIMIT = 30", "LIMIT = 50"), {})
    assert (found.verdict, found.says) == ("killed", "test_limit")
    assert (tree / "speed.py").read_text() == "LIMIT = 30\n"


def test_a_patch_that_no_longer_fits_is_an_error_of_its_own(tree: Path) -> None:
    stale = a_mutant(tree, "LIMIT = 20", "LIMIT = 50")
    assert try_mutant(tree, stale, {}).verdict == "does not apply"
    with pytest.raises(DoesNotApply), mutated(tree, stale):
        pytest.fail("there is nothing to be done in here")
