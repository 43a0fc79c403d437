"""The services are the packages that have an app."""

from academy.local.layout import ROOT
from academy.services import PORTAL, SERVICES


def test_every_package_with_an_app_is_a_service() -> None:
    """The portal has pages instead of an API, and no events."""
    assert sorted((*SERVICES, PORTAL)) == sorted(app.parent.name for app in (ROOT / "services").glob("*/app.py"))
    assert PORTAL not in SERVICES
