"""The delivery promise under half a minute of everything that can go wrong; `make chaos` is the long form."""

import logging

import pytest
from rich.console import Console

from tests.chaos import report
from tests.chaos.deployment import BRIEF
from tests.chaos.run import run

_SEED, _SECONDS = 1, 30.0


@pytest.mark.timeout(240)
async def test_every_invariant_holds_under_kills_freezes_outages_and_poison(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="aiokafka")
    found = await run(_SEED, _SECONDS, BRIEF)
    report.show(found, Console())
    assert found.verdict == "held"
