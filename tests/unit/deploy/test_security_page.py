"""What the page on security names is there, and says of topics what the services declare."""

import re

import pytest

from academy.operations import topic_access
from shared.contracts.topics import OPEN, TOPICS
from tests.support.packages import ROOT, SERVICES

PAGE = (ROOT / "docs/security.md").read_text()
NAMED = sorted({path for path in re.findall(r"`([\w./-]+/[\w.-]+\.\w+)`", PAGE) if "*" not in path})


@pytest.mark.parametrize("path", NAMED)
def test_a_file_that_holds_something_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_table_of_topics_is_that_of_the_contracts() -> None:
    _, granted = topic_access.table(topic_access.declared())
    for topic, may in granted:
        writer, readers, besides = _row(topic)
        assert "write" in may[topic.partition(".")[0]]
        assert writer in {topic.partition(".")[0], "their service"}
        assert readers == {s for s in SERVICES if "read" in may[s] and s != topic.partition(".")[0]}, topic
        assert besides == ({"subscribers"} if topic in OPEN else set()), topic
    assert {topic for topic, _ in granted} == {t.name for t in TOPICS}


def _row(topic: str) -> tuple[str, set[str], set[str]]:
    """Written by, read by, and besides; a row may hold several topics, the later by their last part."""
    owner, _, last = topic.partition(".")
    [row] = [r for r in PAGE.splitlines() if r.startswith("| `") and (f"`{topic}`" in r or _short(r, owner, last))]
    _, _, writer, readers, besides, _ = (cell.strip() for cell in row.split("|"))
    return writer, {r for r in readers.split(", ") if r != "–"}, {b for b in besides.split(", ") if b != "–"}


def _short(row: str, owner: str, last: str) -> bool:
    return f"`{owner}." in row and f"`.{last}`" in row
