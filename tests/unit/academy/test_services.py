"""The services are the packages that have an app; what the home page says of each is what it says of itself."""

from importlib import import_module

import pytest

from academy.local.home import purpose
from academy.local.layout import ROOT
from academy.services import PORTAL, SERVICES


def test_every_package_with_an_app_is_a_service() -> None:
    """The portal has pages instead of an API, and no events."""
    assert sorted((*SERVICES, PORTAL)) == sorted(app.parent.name for app in (ROOT / "services").glob("*/app.py"))
    assert PORTAL not in SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_the_home_page_says_of_a_service_what_it_says_of_itself(name: str) -> None:
    assert purpose(name) == import_module(f"services.{name}.app").service.description


def test_of_a_service_without_a_document_it_says_nothing() -> None:
    assert not purpose("brand_new")
