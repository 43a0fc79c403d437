"""Each decision says whether it holds and since when; the list tells the same of each."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.support.packages import ROOT

FOLDER = ROOT / "docs/adr"
FILES = sorted(FOLDER.glob("[0-9]*.md"))
_STATUS = re.compile(
    r"Status: (?P<status>accepted) · (?P<day>\d{4}-\d\d-\d\d)"
    r"(?: · (?P<besides>(?:adds to|replaces|superseded|superseded in part by)\b.* .*\d{4}.*))?"
)
_ROW = re.compile(r"\| \[(?P<number>\d{4})\]\((?P<file>.+?)\) \| .+ \| (?P<status>.+?) \| (?P<day>.+?) \|")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of a decision, in itself or in the list."""

    status: str
    day: str


def _said_in(decision: Path) -> Standing:
    title, empty, status, *_ = decision.read_text().splitlines()
    assert re.fullmatch(rf"# {decision.name[:4]} \S.*", title), f"{decision.name}: the title is not its number and name"
    assert not empty
    said = _STATUS.fullmatch(status)
    assert said, f"{decision.name}: under the title stands no `Status: accepted · DATE`, but {status!r}"
    return Standing("; ".join(filter(None, (said["status"], said["besides"]))), said["day"])


@pytest.mark.parametrize("decision", FILES, ids=lambda path: path.name[:4])
def test_a_decision_says_under_its_title_whether_it_holds_and_since_when(decision: Path) -> None:
    assert date.fromisoformat(_said_in(decision).day)


@pytest.mark.parametrize("decision", FILES, ids=lambda path: path.name[:4])
def test_what_a_status_names_is_an_earlier_decision_or_names_it_in_turn(decision: Path) -> None:
    numbers = {file.name[:4]: file for file in FILES}
    said = _said_in(decision).status
    for named in re.findall(r"\d{4}", said):
        assert named in numbers, f"{decision.name} names {named}, which is no decision"
        replaced, later = ("superseded" in said), named > decision.name[:4]
        assert replaced == later, f"{decision.name}: a later decision replaces an earlier one, not {named}"
        if "replaces" in said:
            assert f"by {decision.name[:4]}" in _said_in(numbers[named]).status, f"{named} does not say so"


def test_the_list_tells_of_each_decision_what_it_says_itself() -> None:
    rows = {
        row["file"]: Standing(row["status"], row["day"]) for row in _ROW.finditer((FOLDER / "README.md").read_text())
    }
    assert rows == {decision.name: _said_in(decision) for decision in FILES}


def test_no_number_is_left_out_or_given_twice() -> None:
    assert [int(decision.name[:4]) for decision in FILES] == list(range(1, len(FILES) + 1))
