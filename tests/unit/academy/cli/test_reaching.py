"""An error of a command is one line, and an exit code."""

from io import StringIO

import pytest
import typer

from academy.cli.reaching import run_or_end
from academy.cli.screen import Screen
from academy.operations.access import CliError
from shared.messaging.kafka import KafkaUnavailable, TopicRefused


@pytest.mark.parametrize(
    ("met", "said"),
    [
        (CliError("there is no token"), "there is no token"),
        (KafkaUnavailable("NoBrokersAvailable"), "does not answer, or lets nobody in (NoBrokersAvailable)"),
        (TopicRefused("enrolment.learners: TopicAuthorizationFailedError"), "enrolment.learners: TopicAuthorization"),
    ],
)
def test_whatever_goes_wrong_is_said_in_a_line(met: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACADEMY_KAFKA", "127.0.0.1:1")
    seen = StringIO()

    async def work() -> None:
        raise met

    with pytest.raises(typer.Exit) as ended:
        run_or_end(work(), Screen(file=seen, width=300))
    assert ended.value.exit_code == 1
    assert said in seen.getvalue()
    assert len(seen.getvalue().splitlines()) == 1
