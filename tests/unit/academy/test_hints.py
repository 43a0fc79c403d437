"""A hint can be typed as it stands."""

import sys
from pathlib import Path

import pytest

from academy.hints import as_called

HINT = "nothing runs here; `academy up` starts it, in the academy's own time"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command of an environment that is not on the path, called from the folder above."""
    script = tmp_path / "environment" / "bin" / "academy"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(script), "status"])
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)
    return script


@pytest.mark.usefixtures("script")
def test_a_command_below_the_working_directory_is_called_by_its_path_from_there() -> None:
    assert as_called(HINT) == "nothing runs here; `environment/bin/academy up` starts it, in the academy's own time"


def test_a_command_elsewhere_is_called_by_its_whole_path(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert f"`{script} up`" in as_called(HINT)


def test_a_command_that_the_path_finds_is_called_by_its_name(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(script.parent))
    assert as_called(HINT) == HINT


@pytest.mark.usefixtures("script")
def test_another_program_of_the_environment_names_the_command_beside_its_interpreter(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/academy/__main__.py"])
    monkeypatch.setattr(sys, "executable", str(script.with_name("python")))
    assert "`environment/bin/academy up`" in as_called(HINT)
