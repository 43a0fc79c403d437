"""Records of other systems that are no events, as `academy dlq` shows them; all they say is text with escapes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from academy.cli.output import print_json
from academy.cli.reaching import ask
from academy.cli.screen import Screen, coloured
from academy.cli.telling import age, document, many, moment, plain, show_errors, show_payload
from academy.operations import stuck
from academy.operations.responses import PassedBy, UndecodableRecord, Unread, WholeRecord
from academy.operations.services import ServiceResult

_LONGEST = 60


def show(service: Sequence[str] | None, most: int, number: int, out: Screen, *, as_json: bool) -> int:
    """Every service's records, `number` of each. Returns the exit code."""
    results = ask(service, out, lambda services: stuck.undecodable(services, most=most))
    if as_json:
        services = {t.service: {"error": t.error} if t.error else plain(t.value) for t in results}
        print_json({"state": "undecodable", "services": services})
    found = {t.service: t.value for t in results if t.value is not None}
    for name, unread in found.items():
        _show_service(name, unread, number, out, most=most)
    if any(unread.records for unread in found.values()):
        out.print("next: dlq show ID; tell whoever wrote them; then dlq drop")
    return show_errors(results, out)


def _show_service(service: str, unread: Unread, number: int, out: Screen, *, most: int) -> None:
    records = unread.records
    if not records and not unread.passed_by:
        out.print(coloured((service, "bold"), ": ", ("nothing is undecodable", "green")))
        return
    or_more = " or more" if len(records) >= most else ""
    out.print(coloured((service, "bold"), ": ", (many(len(records), "undecodable record") + or_more, "red")))
    for record in records[:number]:
        _show_record(record, out)
    if len(records) > number:
        out.print(f"  … and {len(records) - number} more; -n {len(records)} shows them")
    _show_passed_by(unread.passed_by, out)


def _show_passed_by(counted: Sequence[PassedBy], out: Screen) -> None:
    for one in counted:
        place = f"{one.topic}/{one.partition}/{one.offset}"
        out.print(
            f"  {one.topic}, {one.reason}: {one.records:,} more only counted, the last of {one.last_day} at {place}"
        )


def _show_record(record: UndecodableRecord, out: Screen) -> None:
    since = age((datetime.now(UTC) - record.since).total_seconds())
    place = f"{record.topic}/{record.partition}/{record.offset}"
    out.print(coloured("  ", (str(record.event_id), "bold"), f"  {place}"))
    key = "no key" if record.key is None else f"key {record.key[:_LONGEST]}"
    out.print(f"    {record.error}, {record.bytes:,} bytes, {since} ago, {key}")


def show_whole(results: Sequence[ServiceResult[WholeRecord | None]], out: Screen, *, as_json: bool) -> int:
    """The record from the service that keeps it. Returns the exit code."""
    found = [t for t in results if t.value is not None]
    if as_json:
        print_json({"services": document([*found, *(t for t in results if t.error)], "record")})
    for t in found:
        if t.value is not None:
            out.print(coloured((t.service, "bold"), ": undecodable"))
            _show_record(t.value, out)
            _show_content(t.value, out)
    return show_errors(results, out)


def _show_content(record: WholeRecord, out: Screen) -> None:
    out.print(f"    since {moment(record.since)}")
    for name, value in record.headers:
        out.print(f"    {name}: {value}")
    show_payload(record.payload or "", out)
