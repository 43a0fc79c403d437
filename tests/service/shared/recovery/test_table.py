"""The table of actions: what a slip in an entry would leave undone."""

from typing import get_args

import pytest

from shared.messaging import recovery, undecodable
from shared.messaging.actions import FIX, ON_MANY, READING, UNREAD, WRITING, Action, Name

ALL = (*ON_MANY, FIX)


def test_every_name_that_is_kept_has_one_entry() -> None:
    assert sorted(action.name for action in ALL) == sorted(get_args(Name))


def test_no_two_have_the_same_path() -> None:
    assert len({action.path for action in ALL}) == len(ALL)


@pytest.mark.parametrize("action", ALL, ids=lambda a: a.name)
class TestEveryEntry:
    def test_names_statements_that_are_written(self, action: Action) -> None:
        written = undecodable.SQL if action.side == UNREAD else recovery.SQL
        assert action.statements
        assert set(action.statements) <= set(written)

    def test_says_which_heads_where_there_are_heads(self, action: Action) -> None:
        assert (action.heads is not None) == (action.side == READING)

    def test_sends_markers_only_where_something_is_sent(self, action: Action) -> None:
        assert action.side == WRITING or not action.marker
