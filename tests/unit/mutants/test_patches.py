"""Every wrong design is told in a sentence, fits the code as it stands, and names tests that are there."""

from pathlib import Path

import pytest

from tests.mutants.patches import Mutant, Unreadable, mutants, read
from tests.mutants.trees import ROOT, apply

ALL = mutants()
WHOLE = "Wrong design: none.\nWhy wrong: it is not.\nKilled-by: a.py::test_b\n\n--- a/x\n+++ b/x\n"


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_the_wrong_design_still_fits_the_code(mutant: Mutant) -> None:
    apply(ROOT, mutant, "--check")


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_the_tests_that_kill_it_exist(mutant: Mutant) -> None:
    for test in mutant.killed_by:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text()


def test_the_wrong_designs_that_were_tried_are_all_there() -> None:
    tried = {
        "seq_cursor",
        "xid_order",
        "delete_before_ack",
        "pipelined_sends",
        "cursor_saved_afterwards",
        "default_ack_policy",
        "bare_commit",
        "exception_let_out",
        "bisect_on_same_producer",
        "unsorted_flush",
        "first_seen_base_accepted",
    }
    assert tried <= {mutant.name for mutant in ALL}


@pytest.mark.parametrize("field", ["Wrong design", "Why wrong", "Killed-by"])
def test_a_patch_that_says_too_little_is_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "thin.patch"
    path.write_text("\n".join(line for line in WHOLE.splitlines() if not line.startswith(field)))
    with pytest.raises(Unreadable):
        read(path)


def test_a_wrong_name_is_told_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "there.patch").write_text(WHOLE)
    with pytest.raises(Unreadable, match=r"no such mutant: gone; there are there"):
        mutants(["gone"], tmp_path)
