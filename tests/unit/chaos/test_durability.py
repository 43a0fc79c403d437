"""What a run finds in topics that keep less than they were made with."""

import pytest

from tests.chaos.durability import as_declared


def test_topics_as_they_were_made_are_right() -> None:
    assert as_declared({"a": (3, 2), "b": (3, 2)}).violations == []


@pytest.mark.parametrize("found", [(1, 2), (3, 1), (2, 2)])
def test_a_topic_that_keeps_less_is_a_violation(found: tuple[int, int]) -> None:
    assert len(as_declared({"a": (3, 2), "b": found}).violations) == 1
