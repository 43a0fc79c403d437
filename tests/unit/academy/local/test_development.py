"""What is for development only starts nowhere else; what is not said, or misspelt, is production."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from academy.local.development import unless_told_otherwise
from academy.local.layout import ROOT
from academy.local.ports import any_free_port

PARTS = {
    "academy.local.frontdoor": ("ACADEMY_ISSUER_PORT",),
    "academy.local.mailbox": ("ACADEMY_MAILBOX_PORT", "ACADEMY_SMTP_PORT"),
}
ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "unset": {},
    "empty": {"ACADEMY_ENV": ""},
    "production": {"ACADEMY_ENV": "production"},
    "misspelt production": {"ACADEMY_ENV": "Production"},
    "misspelt development": {"ACADEMY_ENV": "Development"},
    "with a blank": {"ACADEMY_ENV": "development "},
}


@pytest.mark.parametrize("said", ELSEWHERE)
@pytest.mark.parametrize("part", PARTS)
def test_a_development_part_ends_at_once_unless_development_is_what_is_said(
    tmp_path: Path, part: str, said: str
) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ACADEMY_")}
    ports = {name: str(any_free_port()) for name in PARTS[part]}
    told = {"ACADEMY_STATE": str(tmp_path), "ACADEMY_OIDC_ISSUER": "http://issuer.example.org"}
    ended = subprocess.run(
        [sys.executable, "-m", part],
        env={**outside, **told, **ports, **ELSEWHERE[said]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.endswith(" starts with ACADEMY_ENV=development only\n")
    assert "Traceback" not in ended.stderr


def test_the_command_runs_development_platforms_and_overrules_nobody() -> None:
    assert unless_told_otherwise({"HOME": "/"}) == {"ACADEMY_ENV": "development", "HOME": "/"}
    assert unless_told_otherwise({"ACADEMY_ENV": "production"})["ACADEMY_ENV"] == "production"
