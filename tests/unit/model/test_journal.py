"""Two journals are the same, or there is a first line in which they part."""

from uuid import UUID

import pytest

from tests.support.model.journal import BEFORE, END, Journal, difference, named
from tests.support.model.picture import DeferredEvent, Picture, Waiting

KEY = str(UUID(int=7))


def test_the_same_lines_have_no_difference() -> None:
    assert difference(["a", "b"], ["a", "b"]) is None


@pytest.mark.parametrize(
    ("first", "second", "line", "one", "other"),
    [
        (["a", "b"], ["a", "c"], 2, "b", "c"),
        (["x"], ["y"], 1, "x", "y"),
        (["a", "b"], ["a"], 2, "b", END),
        (["a"], ["a", "b"], 2, END, "b"),
        (["a", "b", "c"], ["a", "c", "b"], 2, "b", "c"),
        ([], ["a"], 1, END, "a"),
    ],
)
def test_the_first_line_that_differs_is_told(
    first: list[str], second: list[str], line: int, one: str, other: str
) -> None:
    found = difference(first, second)
    assert found is not None
    assert (found.line, found.first, found.second) == (line, one, other)


def test_a_difference_shows_what_went_before_it_and_no_more() -> None:
    common = [f"line {n}" for n in range(9)]
    found = difference([*common, "went left", "later"], [*common, "went right", "later"])
    assert found is not None
    assert list(found.before) == common[-BEFORE:]
    text = str(found)
    assert all(part in text for part in ("line 10", "went left", "went right", common[-1]))
    assert "later" not in text
    assert common[0] not in text


def test_a_key_is_named_by_its_number() -> None:
    assert named(KEY) == "k7"


def _picture(*, parked: bool = False, state: str = "retry") -> Picture:
    waiting = Waiting(("topic", KEY), 3, UUID(int=1), parked, None)
    deferred = DeferredEvent(KEY, 2, UUID(int=2), state)
    return Picture([waiting], {KEY: [(1, UUID(int=3))]}, {KEY: 1}, [deferred], {("topic", KEY): 3})


def test_a_picture_is_told_once_until_it_changes() -> None:
    journal = Journal()
    for picture in (_picture(), _picture(), _picture(parked=True), _picture(parked=True, state="dead")):
        journal.picture(picture)
    first, second, third = journal.lines
    assert "topic k7#3]" in first
    assert "topic k7#3 parked]" in second
    assert "k7#2 dead" in third


def test_no_random_id_is_in_a_picture() -> None:
    journal = Journal()
    journal.picture(_picture())
    assert KEY not in journal.lines[0]
    assert str(UUID(int=2)) not in journal.lines[0]
