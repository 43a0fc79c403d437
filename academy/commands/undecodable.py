"""Records of other systems that are no events, as `academy dlq` shows them; all they say is text with escapes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console

from academy.commands.output import print_json
from academy.commands.reaching import ask
from academy.commands.telling import age, document, many, moment, show_payload, troubles
from academy.operations import standing
from academy.operations.answers import UndecodableRecord, WholeRecord
from academy.operations.services import Told

_LONGEST = 60


def show(service: Sequence[str] | None, most: int, number: int, out: Console, *, as_json: bool) -> int:
    """Every service's records, `number` of each. Returns the exit code."""
    told = ask(service, out, lambda services: standing.undecodable(services, most=most))
    if as_json:
        print_json({"state": "undecodable", "services": document(told, "records")})
    for t in told:
        if not t.trouble:
            _show_service(t.service, t.value or [], number, out)
    if any(t.value for t in told):
        out.print("next: dlq show ID; tell whoever wrote them; then dlq drop")
    return troubles(told, out)


def _show_service(service: str, records: Sequence[UndecodableRecord], number: int, out: Console) -> None:
    if not records:
        out.print(f"[bold]{service}[/bold]: [green]nothing is undecodable[/green]")
        return
    out.print(f"[bold]{service}[/bold]: [red]{many(len(records), 'undecodable record')}[/red]")
    for record in records[:number]:
        _show_record(record, out)
    if len(records) > number:
        out.print(f"  … and {len(records) - number} more; -n {len(records)} shows them")


def _show_record(record: UndecodableRecord, out: Console) -> None:
    since = age((datetime.now(UTC) - record.since).total_seconds())
    place = f"{record.topic}/{record.partition}/{record.offset}"
    out.print(f"  [bold]{record.event_id}[/bold]  {place}", soft_wrap=True)
    key = "no key" if record.key is None else f"key {record.key[:_LONGEST]}"
    out.print(f"    {record.bytes:,} bytes, {since} ago, {key}", markup=False)


def show_whole(told: Sequence[Told[WholeRecord | None]], out: Console, *, as_json: bool) -> int:
    """The record from the service that keeps it. Returns the exit code."""
    found = [t for t in told if t.value is not None]
    if as_json:
        print_json({"services": document([*found, *(t for t in told if t.trouble)], "record")})
    for t in found:
        if t.value is not None:
            out.print(f"[bold]{t.service}[/bold]: undecodable")
            _show_record(t.value, out)
            _show_content(t.value, out)
    return troubles(told, out)


def _show_content(record: WholeRecord, out: Console) -> None:
    out.print(f"    since {moment(record.since)}")
    for name, value in record.headers:
        out.print(f"    {name}: {value}", markup=False)
    show_payload(record.payload or "", out)
