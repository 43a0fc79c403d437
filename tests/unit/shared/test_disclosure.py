"""Small-number rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.disclosure import disclose, whole_percent

cells = st.dictionaries(st.text(max_size=3), st.integers(0, 500), max_size=8)


def test_nought_stays_small_numbers_hide_and_the_rest_goes_to_the_nearest_five() -> None:
    assert disclose({"a": 0, "b": 1, "c": 7, "d": 8, "e": 12, "f": 13}) == {
        "a": 0,
        "b": None,
        "c": None,
        "d": 10,
        "e": 10,
        "f": 15,
    }


def test_a_second_cell_hides_where_the_total_would_give_the_first_away() -> None:
    assert disclose({"a": 3, "b": 40, "c": 20}) == {"a": None, "b": 40, "c": None}


def test_cells_published_elsewhere_are_printed_exactly_and_never_chosen_to_hide() -> None:
    assert disclose({"a": 3, "b": 41, "c": 62}, exact=frozenset({"b"})) == {"a": None, "b": 41, "c": None}


@given(cells)
def test_no_printed_cell_ever_shows_fewer_than_eight_people(table: dict[str, int]) -> None:
    assert all(printed is None or printed == 0 or printed >= 10 for printed in disclose(table).values())


@given(cells)
def test_never_is_exactly_one_of_several_filled_cells_hidden(table: dict[str, int]) -> None:
    hidden = [cell for cell, printed in disclose(table).items() if printed is None]
    filled = [cell for cell, people in table.items() if people]
    assert len(hidden) != 1 or len(filled) == 1


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 200, 1), (1, 201, 0), (0, 5, 0), (5, 5, 100), (0, 0, None)])
def test_a_half_per_cent_is_rounded_up(part: int, whole: int, percent: int | None) -> None:
    assert whole_percent(part, whole) == percent
