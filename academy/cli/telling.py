"""How events that are stuck are shown to somebody who was woken by them: what, where, why, how many wait."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from rich.table import Table

from academy.cli.output import MISMATCH, OK
from academy.cli.screen import Cell, Screen, coloured
from academy.operations.responses import StuckEvent
from academy.operations.services import ServiceResult
from academy.operations.stuck import Listed

_PAYLOAD = 1_000
"""Characters of a payload that a terminal is bothered with."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def age(seconds: float) -> str:
    """The largest unit only: `3 h`."""
    size, unit = next((u for u in _UNITS if seconds >= u[0]), _UNITS[-1])
    return f"{int(max(0, seconds) // size)} {unit}"


def moment(at: datetime) -> str:
    """As the logs have it: UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def many(count: int, what: str) -> str:
    """`1 event`, `2 events`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def waiting(count: int) -> str:
    """How many stand behind an event that is stuck."""
    return f"{count or 'nothing'} {'wait' if count > 1 else 'waits'} behind"


def figures(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, texts: Sequence[str]) -> Table:
    """A table of numbers, which stand to the right; the columns named in `texts` hold words, and none is folded."""
    table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in texts else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def show_errors(results: Iterable[ServiceResult[Any]], out: Screen) -> int:
    """Say which services told nothing and why; the exit code that follows from it."""
    found = [t for t in results if t.error]
    for t in found:
        out.print(coloured((t.service, "red"), f": {t.error}"))
    return MISMATCH if found else OK


def document(results: Iterable[ServiceResult[Any]], name: str) -> dict[str, Any]:
    """For programs: what each service told, or why it told nothing."""
    return {t.service: {"error": t.error} if t.error else {name: plain(t.value)} for t in results}


def plain(value: Any) -> Any:
    """Models as plain values, alone or in lists."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, list):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType] whatever a list holds
    return value


def show_kinds(events: Sequence[Listed], out: Screen) -> None:
    """How many of each topic, event and error: one cause mostly has one line."""
    kinds = Counter((event.topic, event.name, event.error) for event in events)
    rows = [(f"{count:,}", *kind) for kind, count in kinds.most_common()]
    out.print(figures(("  events", "topic", "event", "error"), rows, texts=("topic", "event", "error")))


def show_payload(payload: str, out: Screen) -> None:
    """As much of it as a terminal is bothered with."""
    cut = f" … ({len(payload):,} characters; --json shows all)" if len(payload) > _PAYLOAD else ""
    out.print(f"    payload: {payload[:_PAYLOAD]}{cut}")


def show_events(events: Sequence[StuckEvent], out: Screen) -> None:
    """Three short lines each; the id comes first, for it is what the next command wants."""
    now = datetime.now(UTC)
    for event in events:
        since = age((now - event.since).total_seconds())
        out.print(coloured("  ", (str(event.event_id), "bold"), f"  {event.topic}  v{event.version}"))
        out.print(f"    {_cause(event)}{_next(event, now)}")
        behind = "behind another" if event.waiting_behind is None else waiting(event.waiting_behind)
        out.print(f"    key {event.key}, {since} ago, {behind}")


def _cause(event: StuckEvent) -> str:
    tries = f" after {event.attempts} {'try' if event.attempts == 1 else 'tries'}" if event.attempts else ""
    size = f", {event.bytes:,} bytes" if event.bytes else ""
    return f"{event.name}: {event.error}{tries}{size}"


def _next(event: StuckEvent, now: datetime) -> str:
    if event.state not in {"retry", "gap"} or event.next_at is None:
        return ""
    wait = (event.next_at - now).total_seconds()
    return f", next try in {age(wait)}" if wait > 0 else ", next try now"
