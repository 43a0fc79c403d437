"""The log for people: what a stranger wrote is quoted in it, in one line."""

from collections.abc import Iterator

import pytest
import structlog

from shared.observability import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize("written", ["\x1b[2J", "\x1b[2J \x07", "\x9b1m\u202e", "two\nlines", "\ud800", "\"\x1b[2J'"])
@pytest.mark.parametrize("nested", [False, True])
def test_no_terminal_obeys_what_is_logged(
    capsys: pytest.CaptureFixture[str], *, style: logs.Style, written: str, nested: bool
) -> None:
    logs.configure("talent", "consumer", style=style)
    logs.get_logger().warning("event_deferred", key=[written] if nested else written)
    told = capsys.readouterr().err
    assert told.endswith("\n")
    assert told[:-1].isprintable()
    assert "event_deferred" in told


def test_people_read_what_was_written_with_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("talent", "consumer", style="console")
    logs.get_logger().warning("event_deferred", key="a\x1b[2Jb", version=5)
    assert r"key='a\x1b[2Jb' role='consumer' service='talent' version=5" in capsys.readouterr().err
