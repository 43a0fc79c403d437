"""The services as the checkout has them: the packages under `services/` that have an `app.py`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PORTAL = "portal"
SERVICES = tuple(sorted({app.parent.name for app in (ROOT / "services").glob("*/app.py")} - {PORTAL}))
