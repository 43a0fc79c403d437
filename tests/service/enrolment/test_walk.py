"""The walk of `docs/api/README.md`: its very commands, in order, against a service that runs."""

import asyncio
import os
import re
import shutil

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from academy.local.ports import any_free_port
from shared.clock import SystemClock
from tests.service.enrolment.enrolment import EnrolmentService
from tests.support.packages import ROOT
from tests.support.serving import served

WALK = ROOT / "docs/api/README.md"
NEEDS = ("bash", "curl", "jq")
_BEFORE = """
set -euo pipefail
academy() { echo "$ACADEMY_TEST_TOKEN"; }
"""


def commands() -> str:
    """All that stands in the document's blocks."""
    return "\n".join(re.findall(r"^```bash\n(.*?)^```$", WALK.read_text(), re.DOTALL | re.MULTILINE))


@pytest.mark.skipif(not all(map(shutil.which, NEEDS)), reason=f"the walk needs {', '.join(NEEDS)}")
async def test_a_newcomer_comes_from_an_open_cohort_to_its_report(enrolment: EnrolmentService) -> None:
    app, port = enrolment.under_test.app, any_free_port()
    app.state.clock, app.state.replaying = SystemClock(), False
    variables = os.environ | {
        "GATEWAY": f"http://127.0.0.1:{port}",
        "ACADEMY_TEST_TOKEN": enrolment.under_test.signer.token("programme_lead"),
    }
    gateway = Starlette(routes=[Mount("/enrolment", app), Mount("/", app)])
    async with served(gateway, port):
        walk = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            _BEFORE + commands(),
            env=variables,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await walk.communicate()

    assert walk.returncode == 0, output.decode()[-3_000:]
    told = {type(event).__name__ for event in await enrolment.announced()}
    assert {
        "EnrolmentWithdrawn",
        "LearnerEnrolled",
        "SessionRescheduled",
        "SessionAttended",
        "SessionCancelled",
        "RecordingPublished",
    } <= told
