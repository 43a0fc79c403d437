"""An image holds all that its processes import from this project; `-S` hides the checkout the tests run from."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.support.packages import ROOT, SERVICES

IMAGES = [
    *(("Dockerfile", service, ("-m", f"services.{service}", "--help")) for service in SERVICES),
    ("portal.Dockerfile", "", ("-m", "services.portal", "--help")),
    ("frontdoor.Dockerfile", "", ("-c", "import academy.local.frontdoor, academy.local.mailbox")),
]


def copied(dockerfile: str, service: str, image: Path) -> None:
    """What the Dockerfile copies from the project, without its packages."""
    for line in (ROOT / "deploy" / dockerfile).read_text().splitlines():
        match line.replace("${SERVICE}", service).split():
            case ["COPY", source, destination] if destination.startswith("/app/"):
                copy(ROOT / source, image / destination.removeprefix("/app/"), into=destination.endswith("/"))
            case _:
                pass


def copy(source: Path, target: Path, *, into: bool) -> None:
    """As COPY does: a folder's content, a file into a folder where the destination ends with a slash."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        (target if into else target.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


@pytest.mark.parametrize(("dockerfile", "service", "entry"), IMAGES, ids=lambda value: value or "-")
def test_an_image_holds_what_its_processes_import(
    tmp_path: Path, dockerfile: str, service: str, entry: tuple[str, str]
) -> None:
    copied(dockerfile, service, tmp_path)
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{sysconfig.get_path('purelib')}"}
    ended = subprocess.run(
        [sys.executable, "-P", "-S", *entry], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
