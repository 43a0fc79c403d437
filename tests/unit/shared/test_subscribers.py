"""No subscriber is written and forgotten."""

from importlib import import_module
from types import ModuleType

import pytest

from shared.messaging.inbox import collect
from shared.service import Service
from tests.support.packages import ROOT, SERVICES


def subscribers_of(name: str) -> list[ModuleType]:
    """The `subscribers` packages that stand in the service's folder, whoever imports them."""
    folders = sorted((ROOT / "services" / name).rglob("subscribers"))
    return [import_module(".".join(folder.relative_to(ROOT).parts)) for folder in folders]


@pytest.mark.parametrize("name", SERVICES)
def test_every_subscriber_that_is_written_is_wired(name: str) -> None:
    service: Service = import_module(f"services.{name}.app").service
    written = {handler.event.event_type(): handler for handler in collect(*subscribers_of(name))}
    assert {handler.event.event_type(): handler for handler in service.handlers} == written


def test_the_services_that_listen_are_looked_at() -> None:
    assert {name for name in SERVICES if subscribers_of(name)} == {"coaching", "notifications", "talent"}
