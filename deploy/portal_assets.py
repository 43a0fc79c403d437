"""Bring what browsers load of others into `services/portal/static`, without the licensed font, and on our own paths.

    npm install --ignore-scripts --prefix /tmp/npm nhsuk-frontend@10.6.1 htmx.org@2.0.11
    python deploy/portal_assets.py /tmp/npm/node_modules

A folder is named by its version. After a new one: delete the old folder, and name the new one in
`frame/templates/base.html.j2` and `static/portal.js`.
"""

import json
import re
import shutil
import sys
from pathlib import Path

STATIC = Path(__file__).parent.parent / "services/portal/static"
ICONS = ("arrow-down", "arrow-up", "arrow-up-down", "cross")
"""All that the style sheet refers to."""

COMMENTS = re.compile(r"/\*# sourceMappingURL.*?\*/|//# sourceMappingURL.*")
FONTS = re.compile(r"@font-face\{[^}]*\}|Frutiger W01,")


def nhsuk(package: Path) -> None:
    """The design system of the NHS: MIT. Its package ships no licence: a new folder takes the text of the old one."""
    version = _version(package)
    source, target = package / "dist/nhsuk", STATIC / f"nhsuk-frontend-{version}"
    (target / "images").mkdir(parents=True, exist_ok=True)
    style = FONTS.sub("", (source / f"nhsuk-frontend-{version}.min.css").read_text())
    style = style.replace("/assets/images/", "images/")
    (target / "nhsuk-frontend.min.css").write_text(COMMENTS.sub("", style))
    script = (source / f"nhsuk-frontend-{version}.min.js").read_text()
    (target / "nhsuk-frontend.min.js").write_text(COMMENTS.sub("", script))
    for icon in ICONS:
        shutil.copy(source / f"assets/images/nhsuk-icon-{icon}.svg", target / "images")


def htmx(package: Path) -> None:
    """Pages that change in part: 0BSD."""
    target = STATIC / f"htmx-{_version(package)}"
    target.mkdir(exist_ok=True)
    for file in ("dist/htmx.min.js", "LICENSE"):
        shutil.copy(package / file, target)


def _version(package: Path) -> str:
    return json.loads((package / "package.json").read_text())["version"]


if __name__ == "__main__":
    modules = Path(sys.argv[1])
    nhsuk(modules / "nhsuk-frontend")
    htmx(modules / "htmx.org")
