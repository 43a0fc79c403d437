"""`academy contacts`: how people are reached, announced once more for a reader that has lost it."""

from collections.abc import Sequence
from typing import Annotated

import typer

from academy.cli.actions import OutputOptions, ReasonOption, YesOption, agreed, check_reason
from academy.cli.choices import AsJson
from academy.cli.output import USAGE, console, print_json
from academy.cli.reaching import ask, chosen, end
from academy.cli.screen import Screen
from academy.cli.telling import document, show_errors
from academy.hints import as_called
from academy.operations.contacts import ANNOUNCERS, RepublishRequest, republish
from academy.operations.services import ServiceResult, Services

AnnouncerOption = Annotated[
    list[str] | None, typer.Option("--service", help=f"Of {', '.join(ANNOUNCERS)}; may be repeated; all by default.")
]

app = typer.Typer(help="How people are reached: republish.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `republish` a word of its own while it is the only one."""


@app.command(name="republish")
def republish_contacts(
    *, reason: ReasonOption, service: AnnouncerOption = None, yes: YesOption = False, as_json: AsJson = False
) -> None:
    """Let the services announce again how each person is reached, as it was announced last.

    For a notifications store that is new or was set back by more than the week its contact topics keep. What it knows
    of a later change by another service stays. Only mails that waited for an address leave. A repeat changes nothing.
    Counts first, then asks.
    """
    out = console(as_json=as_json)
    check_reason(reason, out)
    options = OutputOptions(_announcers(service, out), yes=yes, as_json=as_json)
    counted = _republish(options, RepublishRequest(reason, dry_run=True), out)
    code = _show(counted, "to be announced again", out)
    names = [t.service for t in counted if t.value]
    done: list[ServiceResult[int]] = []
    if names and agreed(options, out):
        done = _republish(OutputOptions(names, yes=yes, as_json=as_json), RepublishRequest(reason, dry_run=False), out)
        code = _show(done, "announced again: `academy outbox status` shows them leave", out) or code
    if as_json:
        print_json(
            {
                "done": any(t.value is not None for t in done),
                "counted": document(counted, "people"),
                "announced": document(done, "people"),
            }
        )
    raise typer.Exit(code)


def _announcers(names: Sequence[str] | None, out: Screen) -> Sequence[str]:
    announcers = [name for name in chosen(names, out) if name in ANNOUNCERS]
    if not set(names or announcers) <= set(announcers):
        end(out, f"only {', '.join(ANNOUNCERS)} announce how people are reached", USAGE)
    return announcers


def _republish(options: OutputOptions, request: RepublishRequest, out: Screen) -> list[ServiceResult[int]]:
    async def work(services: Services) -> list[ServiceResult[int]]:
        return await services.each(lambda service: republish(services, service, request))

    return ask(options.services, out, work)


def _show(results: Sequence[ServiceResult[int]], what: str, out: Screen) -> int:
    for t in results:
        if t.value is not None:
            out.print(f"{t.service}: {_people(t.value)} {as_called(what)}")
    return show_errors(results, out)


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
