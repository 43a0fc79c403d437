"""What is made from the code is written where it is asked for, and what is out of date is told by name."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from shared.generated import write_or_check


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setattr("sys.argv", ["made", str(tmp_path)])
    return monkeypatch


def made(_: Path) -> Mapping[str, str]:
    return {"index.md": "of today\n", "schemas/one.json": "{}\n"}


def test_files_are_written_with_their_folders_and_those_that_are_current_left_alone(
    asked: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del asked
    (tmp_path / "index.md").write_text("of today\n")
    before = (tmp_path / "index.md").stat().st_mtime_ns
    assert write_or_check("made", "", made) == 0
    assert (tmp_path / "schemas" / "one.json").read_text() == "{}\n"
    assert (tmp_path / "index.md").stat().st_mtime_ns == before


def test_a_check_names_what_is_missing_or_out_of_date_and_writes_nothing(
    asked: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked.setattr("sys.argv", ["made", str(tmp_path), "--check"])
    (tmp_path / "index.md").write_text("of yesterday\n")
    assert write_or_check("made", "", made) == 1
    told = capsys.readouterr().err
    assert told.splitlines() == [
        f"{tmp_path / name} is out of date: run make docs" for name in ("index.md", "schemas/one.json")
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["index.md"]


def test_a_check_of_what_is_current_is_silent(
    asked: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write_or_check("made", "", made) == 0
    asked.setattr("sys.argv", ["made", str(tmp_path), "--check"])
    assert write_or_check("made", "", made) == 0
    assert capsys.readouterr() == ("", "")
