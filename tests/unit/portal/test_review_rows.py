import json
from pathlib import Path
from typing import Any

import pytest

from services.portal.frame.states import STATES
from services.portal.pages.review.rows import HEADER, Row, written


def a_row(**given: Any) -> dict[str, Any]:
    return {
        "figure": "Enrolments",
        "kind": "value",
        "published": 4116,
        "expected": None,
        "reproduced": 4116,
        "other_bases": None,
        "to_the_public": 4116,
        "matches": True,
        "source": "enrolments",
    } | given


LATER = a_row(figure="Leaders engaged", published=5001, reproduced="not carried yet", matches=None)
DIFFERS = a_row(figure="Interventions", reproduced=190, matches=False)
COUNTED = a_row(figure="Events on talent.pools", kind="count", published=None, reproduced=12, matches=None)


def review_of(path: Path, *rows: dict[str, Any]) -> Any:
    file = path / "review.json"
    file.write_text(json.dumps(rows))
    return written(file)


def test_the_headline_counts_what_can_match_and_what_is_still_to_come(tmp_path: Path) -> None:
    assert review_of(tmp_path, a_row(), DIFFERS).headline == "1 of 2 figures match."
    assert review_of(tmp_path, a_row(), LATER, COUNTED).headline == "1 of 1 figures match; 1 not carried yet."


def test_what_was_not_published_stands_apart(tmp_path: Path) -> None:
    review = review_of(tmp_path, COUNTED, a_row())
    assert [row.figure for row in review.published] == ["Enrolments"]
    assert [row.figure for row in review.beside] == ["Events on talent.pools"]


@pytest.mark.parametrize(
    ("row", "verdict"), [(a_row(), "matches"), (DIFFERS, "differs"), (LATER, "not_carried"), (COUNTED, "no_verdict")]
)
def test_each_verdict_has_words(row: dict[str, Any], verdict: str) -> None:
    assert Row.model_validate(row).verdict == verdict
    assert verdict in STATES["verdict"]


def test_there_is_no_review_before_the_first_one(tmp_path: Path) -> None:
    assert written(None).rows == ()
    assert written(tmp_path / "review.json").rows == ()


def test_the_file_has_every_row_as_it_was_written(tmp_path: Path) -> None:
    lines = review_of(tmp_path, a_row(), LATER).lines()
    assert [dict(zip(HEADER, line, strict=True)) for line in lines] == [a_row(), LATER]
