"""What the audit prints, on the narrowest terminal that anybody has."""

from io import StringIO

import pytest

from academy.cli.events import show_lines
from academy.cli.screen import Screen
from academy.operations.audit import Line, Verdict
from shared.contracts.topics import TOPICS


@pytest.mark.parametrize(
    ("verdict", "said"), [("missing", "1 missing"), ("on the way", "on the way"), ("deferred",) * 2]
)
def test_nothing_is_cut_off_on_eighty_columns(verdict: Verdict, said: str) -> None:
    out = StringIO()
    lines = [Line(topic.name, "notifications", 12_817, 12_815, 1, 99, 0, verdict) for topic in TOPICS]
    show_lines(lines, Screen(file=out, width=80))
    head, *rows = out.getvalue().splitlines()[: len(TOPICS) + 1]
    assert head.split() == ["topic", "reader", "published", "applied", "deferred", "lag", "verdict"]
    assert [row.split(maxsplit=6) for row in rows] == [
        [topic.name, "notifications", "12,817", "12,815", "1", "99", said] for topic in TOPICS
    ]
