"""The published review beside what the services report."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.portal.settings import Settings
from tests.support.portals import PortalUnderTest
from tests.unit.portal.test_review_rows import COUNTED, LATER, a_row


@pytest.fixture
def reviewed(portal: PortalUnderTest, tmp_path: Path) -> Iterator[Path]:
    """Where the portal looks for the last review, until the test ends."""
    before: Settings = portal.app.state.settings
    file = tmp_path / "review.json"
    portal.app.state.settings = replace(before, own=before.own.model_copy(update={"review": file}))
    yield file
    portal.app.state.settings = before


def write(file: Path, *rows: dict[str, Any]) -> None:
    file.write_text(json.dumps(rows or [a_row(), LATER, COUNTED]))


async def test_anybody_sees_the_figures_and_their_verdicts(visitor: httpx.AsyncClient, reviewed: Path) -> None:
    write(reviewed)
    page = await visitor.get("/review")
    assert page.status_code == 200
    for told in ("1 of 1 figures match; 1 not carried yet.", "4,116", "Matches", "Not carried yet", "Mails and events"):
        assert told in page.text


async def test_each_figure_says_which_field_of_which_report_gives_it(
    visitor: httpx.AsyncClient, reviewed: Path
) -> None:
    write(reviewed, a_row(source="families[family=ilm].interventions"))
    assert "families[family=ilm].interventions" in (await visitor.get("/review")).text
    assert "families[family=ilm].interventions" in (await visitor.get("/review.csv")).text


async def test_the_csv_has_the_same_rows(visitor: httpx.AsyncClient, reviewed: Path) -> None:
    write(reviewed)
    answer = await visitor.get("/review.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [line.split(",")[0] for line in answer.text.removeprefix("\ufeff").splitlines()] == [
        "figure",
        "Enrolments",
        "Leaders engaged",
        "Events on talent.pools",
    ]


async def test_a_figure_in_the_file_is_no_formula(visitor: httpx.AsyncClient, reviewed: Path) -> None:
    write(reviewed, a_row(figure="=1+1"))
    assert "\n'=1+1," in (await visitor.get("/review.csv")).text


async def test_before_the_first_review_it_says_how_to_get_one(visitor: httpx.AsyncClient, reviewed: Path) -> None:
    assert "academy review" in (await visitor.get("/review")).text
    assert len((await visitor.get("/review.csv")).text.splitlines()) == 1
