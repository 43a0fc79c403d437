"""No subscriber is written and forgotten."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.enrolment.cohorts import CohortOpened
from shared.contracts.enrolment.programmes import ProgrammePublished
from shared.messaging.inbox import collect
from shared.service import Service
from tests.support.packages import ROOT, SERVICES


def written(name: str) -> int:
    """How many functions of the service say `@subscribes`, wherever they stand and whoever imports them."""
    return sum(module.read_text().count("\n@subscribes(") for module in (ROOT / "services" / name).rglob("*.py"))


@pytest.mark.parametrize("name", SERVICES)
def test_every_subscriber_that_is_written_is_wired(name: str) -> None:
    service: Service = import_module(f"services.{name}.app").service
    assert len(service.handlers) == written(name)


def test_the_services_that_listen_are_looked_at() -> None:
    assert {name for name in SERVICES if written(name)} == {"coaching", "notifications", "talent"}


def test_a_subscriber_is_found_in_the_package_itself_and_in_one_below(tmp_path: Path, monkeypatch: Any) -> None:
    text = "from shared.contracts.enrolment.{0} import {1}\nfrom shared.messaging.inbox import subscribes\n\n"
    text += "@subscribes({1})\nasync def note(event, envelope, tx): ...\n"
    for folder, module, event in (("", "programmes", "ProgrammePublished"), ("below", "cohorts", "CohortOpened")):
        (tmp_path / "some_subscribers" / folder).mkdir(exist_ok=True)
        (tmp_path / "some_subscribers" / folder / "__init__.py").write_text(text.format(module, event))
    monkeypatch.syspath_prepend(tmp_path)
    found = collect(import_module("some_subscribers"))
    assert {handler.event for handler in found} == {ProgrammePublished, CohortOpened}
