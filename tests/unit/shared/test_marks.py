"""How far a mark may move; what Postgres shows of open transactions is made up."""

from typing import Any

from shared.messaging.marks import MOST_PASSED, Marks

PAIR = ("topic", 3)


def marks(parked: range = range(0)) -> Marks:
    """Of one partition, with these parked rows."""
    found = Marks()
    rows: list[Any] = [{"topic": PAIR[0], "lane": PAIR[1], "seq": seq} for seq in parked]
    found.listed([PAIR], rows)
    return found


def moved(found: Marks) -> int:
    """Where it is after a read that found nothing."""
    found.read([PAIR], [], emptied=[PAIR])
    return found.of(PAIR)[0]


def test_a_number_is_settled_when_all_are_gone_who_may_have_had_it() -> None:
    found = marks()
    found.look(10, ())
    found.look(20, {"a", "b"})
    assert moved(found) == 0
    found.look(30, {"b", "c"})
    assert moved(found) == 0
    found.look(40, {"c", "d"})
    assert moved(found) == 10
    found.look(50, {"e"})
    assert moved(found) == 30


def test_of_two_figures_of_one_look_nobody_knows_which_is_older() -> None:
    found = marks()
    found.look(10, ())
    found.look(20, ())
    assert moved(found) == 10


def test_whoever_prepares_a_transaction_changes_its_name() -> None:
    found = marks()
    found.look(10, ())
    found.look(20, {"a"})
    found.look(30, {"-1/700"})
    found.look(40, {"-1/700"})
    assert moved(found) == 0
    found.look(50, ())
    assert moved(found) == 40


def test_a_mark_stays_below_the_first_row_that_is_left() -> None:
    found = marks()
    found.look(100, ())
    found.look(100, ())
    row: Any = {"topic": PAIR[0], "lane": PAIR[1], "seq": 41}
    found.read([PAIR], [row], emptied=())
    assert found.of(PAIR) == (40, "")


def test_what_was_not_reached_moves_nothing() -> None:
    found = marks()
    found.look(100, ())
    found.look(100, ())
    found.read([PAIR], [], emptied=())
    assert found.of(PAIR) == (0, "")


def test_a_mark_passes_so_many_parked_rows_and_no_more() -> None:
    found = marks(parked=range(1, MOST_PASSED + 10))
    found.look(1000, ())
    found.look(1000, ())
    assert moved(found) == MOST_PASSED
    assert len(found.of(PAIR)[1].split(",")) == MOST_PASSED


def test_of_a_lost_lane_nothing_is_known() -> None:
    found = marks()
    found.keep({4})
    assert found.unknown([PAIR]) == [PAIR]
