"""`make lint` and the hooks before a commit run the same commands; a hook may fix, and is given the files itself."""

import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from tests.support.packages import ROOT

_RECIPE = re.compile(r"^lint:.*\n((?:\t.*\n)+)", re.MULTILINE)
_CHOSEN = re.compile(r"\$\$\(git ls-files '(?P<glob>.+)'\)")
_HOOKS: list[dict[str, Any]] = [
    hook for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"] for hook in repo["hooks"]
]
_WHOLE = "."


def _lines() -> list[str]:
    found = _RECIPE.search((ROOT / "Makefile").read_text())
    assert found, "the Makefile has no target `lint` with a recipe"
    return [line.strip().removeprefix("@").replace("$(BIN)", ".venv/bin") for line in found[1].splitlines()]


def _command(line: str) -> tuple[str, ...]:
    """Tool and arguments, without the files; ruff checks in the one place what it fixes in the other."""
    words = shlex.split(_CHOSEN.sub("", line))
    manner = {"--check", "--fix"} if "ruff" in words[0] else set[str]()
    return tuple(word for word in words if word not in {_WHOLE, *manner})


def _given_files(hook: dict[str, Any]) -> bool:
    return hook.get("pass_filenames", True)


def test_the_hooks_run_what_make_lint_runs() -> None:
    lint, hooks = {_command(line) for line in _lines()}, {_command(hook["entry"]) for hook in _HOOKS}
    assert lint - hooks == set(), "`make lint` runs what no hook of .pre-commit-config.yaml runs"
    assert hooks - lint == set(), "a hook of .pre-commit-config.yaml runs what `make lint` does not"


def test_a_hook_is_given_files_where_make_names_them() -> None:
    naming = {_command(line) for line in _lines() if _WHOLE in shlex.split(line) or _CHOSEN.search(line)}
    assert {_command(hook["entry"]) for hook in _HOOKS if _given_files(hook)} == naming


def test_a_hook_is_given_the_same_files_as_make_gives() -> None:
    [(line, glob)] = [(line, found["glob"]) for line in _lines() if (found := _CHOSEN.search(line))]
    [hook] = [hook for hook in _HOOKS if _command(hook["entry"]) == _command(line)]
    files = list(_files())
    chosen = {file for file in files if fnmatch(file, glob)}
    assert chosen
    assert {file for file in files if re.search(hook["files"], file)} == chosen


def _files() -> Iterator[str]:
    for folder in ("academy", "bench", "services", "shared", "tests"):
        yield from (str(file.relative_to(ROOT)) for file in (ROOT / folder).rglob("*.*"))


@pytest.mark.parametrize("hook", _HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_takes_its_tool_from_the_environment_of_make_lint(hook: dict[str, Any]) -> None:
    assert hook["language"] == "system"
    assert hook["entry"].startswith(".venv/bin/")
    assert {"files", "types"} & hook.keys()
