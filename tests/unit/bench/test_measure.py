import json
from datetime import UTC, datetime

import pytest

from bench.evidence import report, table
from bench.measure import GOALS, Goal, Measure, quantile


def test_a_quantile_is_a_value_that_was_taken() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [quantile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]


def test_a_quantile_does_not_depend_on_the_order_of_the_values() -> None:
    assert quantile([9.0, 1.0, 5.0], 0.5) == 5.0


def test_a_quantile_of_one_value_is_that_value() -> None:
    assert quantile([7.0], 0.5) == quantile([7.0], 0.99) == 7.0


def test_there_is_no_quantile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_a_goal_is_met_on_its_bound() -> None:
    assert Goal("value", "at most", 5).is_met_by(5)
    assert Goal("ratio", "at least", 0.4).is_met_by(0.4)


def test_a_goal_is_missed_beyond_its_bound() -> None:
    assert not Goal("value", "at most", 5).is_met_by(5.01)
    assert not Goal("ratio", "at least", 0.4).is_met_by(0.39)


def test_a_goal_of_the_ratio_looks_at_the_ratio() -> None:
    assert Measure("relay_drain", 50_000, "events/s", limit=100_000).met is True
    assert Measure("relay_drain", 50_000, "events/s", limit=200_000).met is False


def test_a_goal_of_the_value_does_not_look_at_the_limit() -> None:
    assert Measure("commit_to_record_one_relay_p50", 4, "ms", limit=0.1).met is True


def test_a_ratio_that_was_not_taken_meets_nothing() -> None:
    assert Measure("relay_drain", 50_000, "events/s").met is False


def test_what_has_no_goal_neither_meets_nor_misses_it() -> None:
    assert Measure("relay_drain_to_send", 1, "events/s", limit=2).met is None


def test_a_line_holds_the_measure_its_limit_and_its_goal() -> None:
    line = Measure("effects", 4278.4, "effects/s", limit=619.63, note="best of 5").line()
    assert json.loads(line) == {
        "measure": "effects",
        "value": 4278.0,
        "unit": "effects/s",
        "limit": 619.6,
        "ratio": 6.905,
        "goal": "ratio >= 8",
        "met": False,
        "note": "best of 5",
    }


def test_a_line_without_limit_and_goal_says_so() -> None:
    told = json.loads(Measure("idle_consumer", 6, "statements/s").line())
    assert (told["limit"], told["ratio"], told["goal"], told["met"]) == (None, None, None, None)


def test_a_table_has_a_row_a_measure_under_its_headings() -> None:
    lines = table([Measure("effects", 4278, "effects/s", limit=500), Measure("idle_relay", 4, "statements/s")])
    heading, effects, idle = lines.splitlines()
    assert heading.split() == ["measure", "value", "limit", "ratio", "goal"]
    assert effects.split() == ["effects", "4,278", "effects/s", "500", "8.56", "ratio", ">=", "8", "met"]
    assert idle.split() == ["idle_relay", "4", "statements/s", "value", "<=", "10", "met"]


def test_a_report_tells_when_and_on_what_it_was_taken() -> None:
    measures = [Measure("effects", 400, "effects/s", limit=500, note="best of 5")]
    text = report(measures, {"PostgreSQL": "18.4"}, at=datetime(2026, 11, 23, 22, 5, tzinfo=UTC))
    assert text.startswith("# Bench, 23 November 2026, 22:05 UTC\n")
    assert "| effects | 400 effects/s | 500 | 0.8 | ratio >= 8 | missed |" in text
    assert "- `effects`: best of 5" in text
    assert "- PostgreSQL: 18.4" in text


def test_every_goal_says_what_is_too_little_or_too_much() -> None:
    assert all(goal.bound > 0 for goal in GOALS.values())
