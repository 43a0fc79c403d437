from datetime import UTC, datetime, timedelta

from shared.contacts import changed_last

STORED = datetime(2020, 9, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_edit_that_leaves_the_contact_as_it_is_leaves_its_moment() -> None:
    assert changed_last(STORED + HOUR, STORED, same=True) == STORED


def test_a_new_contact_is_of_the_moment_of_its_edit() -> None:
    assert changed_last(STORED + HOUR, STORED, same=False) == STORED + HOUR


def test_a_clock_that_is_behind_makes_no_contact_older() -> None:
    assert changed_last(STORED - HOUR, STORED, same=False) == STORED
