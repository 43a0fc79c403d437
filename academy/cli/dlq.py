"""`academy dlq`: what came from others and has no effect here yet, and what to do about it."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from academy.cli import undecodable
from academy.cli.actions import add_verbs
from academy.cli.choices import AsJson
from academy.cli.output import MISMATCH, OK, console, print_json
from academy.cli.reaching import ServiceOption, ask
from academy.cli.screen import Screen, coloured
from academy.cli.telling import document, many, moment, show_errors, show_events, show_kinds, show_payload
from academy.operations import stuck
from academy.operations.responses import PastAction, StuckEvent, WholeEvent
from academy.operations.services import ServiceResult
from shared.messaging.actions import READING, UNREAD

READ = 1_000
"""How many events of a service are looked at; there are hardly more causes than in those."""

app = typer.Typer(help="Dead letters: list, show, replay, skip, drop; who did what.", no_args_is_help=True)


class StateChoice(StrEnum):
    """Why an event of another service is deferred."""

    dead = "dead"
    retry = "retry"
    gap = "gap"
    behind = "behind"
    undecodable = "undecodable"


StateOption = Annotated[
    StateChoice,
    typer.Option(
        help="dead: given up; retry: tried again; gap: one before is missing; behind: it follows another; "
        "undecodable: no event at all."
    ),
]
NumberOption = Annotated[int, typer.Option("-n", "--number", min=1, help="How many to show.")]


@app.command("list")
def list_(
    *,
    service: ServiceOption = None,
    state: StateOption = StateChoice.dead,
    number: NumberOption = 10,
    as_json: AsJson = False,
) -> None:
    """Show what is deferred, service by service; 1 where a service does not answer."""
    out = console(as_json=as_json)
    most = number if as_json else max(number, READ)
    if state is StateChoice.undecodable:
        raise typer.Exit(undecodable.show(service, most, number, out, as_json=as_json))
    results = ask(service, out, lambda services: stuck.deferred(services, state, most=most))
    if as_json:
        print_json({"state": state, "services": document(results, "events")})
    code = show(results, _WHAT[state], number, out)
    if state is StateChoice.dead and any(t.value for t in results):
        out.print("next: dlq show ID; once fixed dlq replay; to pass over for good dlq skip")
    raise typer.Exit(code)


_WHAT = {
    StateChoice.dead: "dead",
    StateChoice.retry: "waiting to be tried again",
    StateChoice.gap: "waiting for a missing one",
    StateChoice.behind: "waiting behind another",
}


def show(results: Sequence[ServiceResult[list[StuckEvent]]], what: str, number: int, out: Screen) -> int:
    """Every service's events; the causes first where there are many. Returns the exit code."""
    for t in results:
        events = t.value or []
        if t.error:
            continue
        if not events:
            out.print(coloured((t.service, "bold"), ": ", (f"nothing is {what}", "green")))
            continue
        count = f"{READ} events or more are" if len(events) >= READ else f"{many(len(events), 'event')} {_are(events)}"
        out.print(coloured((t.service, "bold"), ": ", (f"{count} {what}", "red")))
        if len(events) > number:
            show_kinds(events, out)
        show_events(events[:number], out)
        if len(events) > number:
            out.print(f"  … and {len(events) - number} more; -n {len(events)} shows them")
    return show_errors(results, out)


def _are(events: Sequence[StuckEvent]) -> str:
    return "is" if len(events) == 1 else "are"


@app.command("show")
def show_one(event_id: UUID, *, service: ServiceOption = None, as_json: AsJson = False) -> None:
    """Show one event or undecodable record, its content where the topic is open; 1 where it is stuck nowhere."""
    out = console(as_json=as_json)
    results = ask(service, out, lambda services: stuck.whole(services, READING, event_id))
    if not any(t.value for t in results):
        records = ask(service, out, lambda services: stuck.record(services, event_id))
        if any(t.value for t in records):
            raise typer.Exit(undecodable.show_whole(records, out, as_json=as_json))
    raise typer.Exit(show_whole(results, out, as_json=as_json))


def show_whole(results: Sequence[ServiceResult[WholeEvent | None]], out: Screen, *, as_json: bool) -> int:
    """The event from each service that has it. Returns the exit code."""
    found = [t for t in results if t.value is not None]
    if as_json:
        print_json({"services": document([*found, *(t for t in results if t.error)], "event")})
    for t in found:
        if t.value is not None:
            out.print(coloured((t.service, "bold"), f": {t.value.state}"))
            show_events([t.value], out)
            _show_content(t.value, out)
    if not found:
        out.print("it is stuck in none of the services that answered: it was applied, skipped or sent meanwhile")
    return show_errors(results, out) or (OK if found else MISMATCH)


def _show_content(event: WholeEvent, out: Screen) -> None:
    out.print(f"    since {moment(event.since)}")
    for name, value in event.envelope.items():
        if value is not None:
            out.print(f"    {name}: {value}")
    show_payload(event.payload if isinstance(event.payload, str) else json.dumps(event.payload), out)


add_verbs(app, READING)
add_verbs(app, UNREAD)


@app.command("actions")
def actions(*, service: ServiceOption = None, number: NumberOption = 20, as_json: AsJson = False) -> None:
    """Show who did what to which events and why, newest first."""
    out = console(as_json=as_json)
    results = ask(service, out, lambda services: stuck.actions(services, most=number))
    if as_json:
        print_json({"services": document(results, "actions")})
    for t in results:
        if not t.error:
            _show_actions(t.service, t.value or [], out)
    raise typer.Exit(show_errors(results, out))


def _show_actions(service: str, done: Sequence[PastAction], out: Screen) -> None:
    out.print(coloured((service, "bold"), f": {many(len(done), 'action') if done else 'nobody did anything yet'}"))
    for a in done:
        out.print(f"  {moment(a.at)}  {a.caller}  {a.action}  {many(len(a.event_ids), 'event')}")
        out.print(f"    {a.reason}")
