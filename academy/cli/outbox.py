"""`academy outbox`: a service's own events that have not left yet, and those that Kafka refuses."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import typer

from academy.cli.actions import OutputOptions, ReasonOption, YesOption, add_verbs, agreed, check_reason
from academy.cli.choices import AsJson
from academy.cli.dlq import READ, NumberOption, show, show_whole
from academy.cli.output import MISMATCH, OK, USAGE, console, print_json
from academy.cli.reaching import ServiceOption, ask, end
from academy.cli.screen import Cell, Screen, coloured
from academy.cli.telling import age, document, figures, show_errors, waiting
from academy.hints import as_called
from academy.operations import stuck
from academy.operations.actions import fix
from academy.operations.responses import DeliveryStatus, Outcome
from academy.operations.services import ServiceResult
from shared.messaging.actions import FIX, WRITING

PayloadOption = Annotated[
    str, typer.Option("--payload", help="A file with the corrected payload as JSON; - reads it from here.")
]

app = typer.Typer(help="Events that have not left: status, parked, show, retry, skip, fix.", no_args_is_help=True)


@app.command()
def status(*, service: ServiceOption = None, as_json: AsJson = False) -> None:
    """Show each service's outbox; 1 where something is parked or withheld, or a service does not answer."""
    out = console(as_json=as_json)
    results = ask(service, out, stuck.deliveries)
    if as_json:
        print_json({"services": document(results, "delivery")})
    else:
        _show_status([(t.service, t.value) for t in results if t.value is not None], out)
    code = show_errors(results, out)
    unsent = any(t.value and (t.value.parked or t.value.withheld) for t in results)
    raise typer.Exit(code or (MISMATCH if unsent else OK))


def _show_status(found: Sequence[tuple[str, DeliveryStatus]], out: Screen) -> None:
    rows = [
        (
            name,
            f"{at.outbox:,}",
            coloured((f"{at.parked:,}", "red")) if at.parked else "0",
            "-" if at.oldest_seconds is None else age(at.oldest_seconds),
            f"{sum(at.events_published.values()):,}",
        )
        for name, at in found
    ]
    out.print(figures(("service", "outbox", "parked", "oldest", "announced so far"), rows, texts=("service",)))
    for name, at in found:
        if at.withheld:
            said = f" publishes nothing, its database is {at.withheld}: `academy streams status`"
            out.print(coloured((name, "red"), as_called(said)))


@app.command()
def parked(*, service: ServiceOption = None, number: NumberOption = 10, as_json: AsJson = False) -> None:
    """Show the events that Kafka refuses; each holds its key, all others flow. 1 where a service does not answer."""
    out = console(as_json=as_json)
    most = number if as_json else max(number, READ)
    results = ask(service, out, lambda services: stuck.parked(services, most=most))
    if as_json:
        print_json({"services": document(results, "events")})
        raise typer.Exit(show_errors(results, out))
    code = show(results, "parked", number, out)
    if any(t.value for t in results):
        out.print("next: outbox show ID; then outbox retry, fix with a corrected payload, or skip")
    raise typer.Exit(code)


@app.command("show")
def show_one(event_id: UUID, *, service: ServiceOption = None, as_json: AsJson = False) -> None:
    """Show one parked event, with its payload where the topic is open; 1 where it is parked nowhere."""
    out = console(as_json=as_json)
    results = ask(service, out, lambda services: stuck.whole(services, WRITING, event_id))
    raise typer.Exit(show_whole(results, out, as_json=as_json))


add_verbs(app, WRITING)


@app.command(FIX.verb, help=FIX.help)
def fix_one(
    event_id: UUID,
    *,
    payload: PayloadOption,
    reason: ReasonOption,
    service: ServiceOption = None,
    yes: YesOption = False,
    as_json: AsJson = False,
) -> None:
    """The only action that takes one event and a payload: a try says whether the payload fits."""
    out, options = console(as_json=as_json), OutputOptions(service, yes=yes, as_json=as_json)
    check_reason(reason, out)
    content = _payload(payload, out)
    tried = ask(service, out, lambda services: fix(services, event_id, content, reason, dry_run=True))
    fitting = [t for t in tried if t.value is not None]
    code = show_errors(tried, out) or (OK if fitting else MISMATCH)
    out.print(
        *(_found(t) for t in fitting) if fitting else ["no parked event of that id can take this payload"], sep="\n"
    )
    done: list[ServiceResult[Outcome | None]] = []
    if fitting and agreed(options, out):
        names = [t.service for t in fitting]
        done = ask(names, out, lambda services: fix(services, event_id, content, reason, dry_run=False))
        code = show_errors(done, out) or code
        out.print(FIX.done)
    if as_json:
        print_json(
            {
                "action": FIX.said,
                "done": bool(done),
                "planned": document(fitting, "plan"),
                "outcome": document(done, "outcome"),
            }
        )
    raise typer.Exit(code)


def _found(result: ServiceResult[Outcome | None]) -> Cell:
    behind = waiting(result.value.waiting_behind if result.value else 0)
    return coloured((result.service, "bold"), f": the payload fits; {behind} it")


def _payload(source: str, out: Screen) -> dict[str, Any]:
    try:
        found = json.loads(sys.stdin.read() if source == "-" else Path(source).read_text())
    except OSError as error:
        end(out, f"{source} cannot be read: {error.strerror}", USAGE)
    except ValueError as error:
        end(out, f"{source} is no JSON: {error}", USAGE)
    return (
        cast("dict[str, Any]", found) if isinstance(found, dict) else end(out, f"{source} holds no JSON object", USAGE)
    )
