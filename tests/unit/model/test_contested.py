"""Which statements wait for the same row."""

import pytest

from shared.messaging import cursors, outbox
from tests.support.model.contested import rows_of, rows_of_many

APPEND = outbox.SQL["append"]


def test_two_events_of_a_key_meet_in_its_stream() -> None:
    assert rows_of(APPEND, ("t", "k", 0, "one")) == rows_of(APPEND, ("t", "k", 0, "other"))
    assert not rows_of(APPEND, ("t", "k", 0)) & rows_of(APPEND, ("t", "other", 0))
    assert not rows_of(APPEND, ("t", "k", 0)) & rows_of(APPEND, ("other", "k", 0))


def test_a_statement_run_for_each_meets_with_all_of_them() -> None:
    rows = rows_of_many(APPEND, [("t", "k", 0), ("t", "j", 0)])
    assert rows == rows_of(APPEND, ("t", "k", 0)) | rows_of(APPEND, ("t", "j", 0))


@pytest.mark.parametrize("query", [cursors.SQL["lock"], cursors.SQL["make"]])
def test_readers_and_the_deferral_worker_meet_at_the_cursor(query: str) -> None:
    rows = rows_of(query, ("group", ["t", "t"], ["k", "j"]))
    assert len(rows) == 2
    assert rows_of(cursors.SQL["lock"], ("group", ["t"], ["k"])) < rows
    assert not rows & rows_of(APPEND, ("t", "k", 0))


def test_other_statements_meet_nobody() -> None:
    assert not rows_of("select 1", ())
    assert not rows_of_many("select 1", [()])
