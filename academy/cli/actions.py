"""Actions on events that are stuck: shown first, then asked for or told by `--yes`, then done to what was shown."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import typer

from academy.cli.choices import AsJson
from academy.cli.output import USAGE, console, print_json
from academy.cli.reaching import ServiceOption, ask, end
from academy.cli.screen import Screen, coloured
from academy.cli.telling import document, many, plain, show_errors, show_kinds, waiting
from academy.hints import as_called
from academy.operations.actions import ActionRequest, DryRun, dry_run, perform
from academy.operations.responses import Outcome
from academy.operations.services import ServiceResult, Services
from shared.messaging.actions import MOST, Action, Side, on

EventOption = Annotated[list[UUID] | None, typer.Option("--event", help="An event's id; may be repeated.")]
TopicOption = Annotated[str | None, typer.Option("--topic", help="All of this topic.")]
ErrorOption = Annotated[str | None, typer.Option("--error-class", help="All with this error, as `list` shows it.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the action and your name.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]

_SHORTEST_REASON = 3


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """Whom it concerns, and how to talk about it."""

    services: Sequence[str] | None
    yes: bool
    as_json: bool


def add_verbs(app: typer.Typer, side: Side) -> None:
    """A verb for each action on what stands there."""
    for action in on(side):
        app.command(action.verb, help=action.help)(_verb(action))


def _verb(action: Action) -> Callable[..., None]:
    def by_error(
        *,
        reason: ReasonOption,
        service: ServiceOption = None,
        event: EventOption = None,
        topic: TopicOption = None,
        error_class: ErrorOption = None,
        yes: YesOption = False,
        as_json: AsJson = False,
    ) -> None:
        request = ActionRequest(action, reason, event or (), topic, error_class)
        run_action(request, OutputOptions(service, yes=yes, as_json=as_json))

    def by_topic(
        *,
        reason: ReasonOption,
        service: ServiceOption = None,
        event: EventOption = None,
        topic: TopicOption = None,
        yes: YesOption = False,
        as_json: AsJson = False,
    ) -> None:
        by_error(reason=reason, service=service, event=event, topic=topic, yes=yes, as_json=as_json)

    return by_error if action.by_error else by_topic


def run_action(request: ActionRequest, options: OutputOptions) -> None:
    """A dry run, a question, then the action; ends the command. Without terminal and without `--yes` it only counts."""
    out = console(as_json=options.as_json)
    _demand(request, out)
    dry_runs = ask(options.services, out, lambda services: dry_run(services, request))
    code = _show(dry_runs, request.action.noun, out)
    found = sum(len(t.value.outcome.event_ids) for t in dry_runs if t.value)
    if not found or not agreed(options, out):
        _tell(request, dry_runs, [], options)
        raise typer.Exit(code)
    names = [t.service for t in dry_runs if t.value and t.value.outcome.event_ids]

    async def do(services: Services) -> list[ServiceResult[Outcome | None]]:
        return await perform(services, request, dry_runs)

    done = ask(names, out, do)
    for result in done:
        if result.value:
            count = many(len(result.value.event_ids), request.action.noun)
            out.print(f"{result.service}: {count} {as_called(request.action.done)}")
    _tell(request, dry_runs, done, options)
    raise typer.Exit(show_errors(done, out) or code)


def agreed(options: OutputOptions, out: Screen) -> bool:
    """Told so, or asked at a terminal and answered so."""
    if options.yes:
        return True
    if options.as_json or not sys.stdin.isatty():
        out.print("nothing was done: say --yes to do it")
        return False
    if typer.confirm("Do it?", default=False, err=True):
        return True
    out.print("nothing was done")
    return False


def check_reason(reason: str, out: Screen) -> None:
    """A reason somebody can read later."""
    if len(reason.strip()) < _SHORTEST_REASON:
        end(out, f"--reason wants a few words ({_SHORTEST_REASON} letters at least)", USAGE)


def _demand(request: ActionRequest, out: Screen) -> None:
    check_reason(request.reason, out)
    if not request.selects:
        end(out, "say which events: --event ID, --topic TOPIC or --error-class CLASS", USAGE)
    if len(request.event_ids) > MOST:
        end(out, f"{MOST} events are the most at once", USAGE)


def _show(dry_runs: Sequence[ServiceResult[DryRun]], noun: str, out: Screen) -> int:
    for result in dry_runs:
        if result.value is not None:
            _show_one(result.service, result.value, noun, out)
    code = show_errors(dry_runs, out)
    if not any(t.value and t.value.outcome.event_ids for t in dry_runs):
        out.print(f"no {noun} that is stuck matches")
    return code


def _show_one(service: str, planned: DryRun, noun: str, out: Screen) -> None:
    count = len(planned.outcome.event_ids)
    if count:
        out.print(coloured((service, "bold"), f": {many(count, noun)}; {waiting(planned.outcome.waiting_behind)}"))
        show_kinds(planned.events, out)
    if planned.more:
        out.print(f"  {MOST} are the most at once: afterwards say it again for the rest")


def _tell(
    request: ActionRequest,
    dry_runs: Sequence[ServiceResult[DryRun]],
    done: Sequence[ServiceResult[Outcome | None]],
    options: OutputOptions,
) -> None:
    """One document: what would be done, and what was."""
    if options.as_json:
        planned = [ServiceResult(t.service, _plan(t.value), t.error) for t in dry_runs]
        whole: dict[str, Any] = {
            "action": request.action.said,
            "done": bool(done),
            "planned": document(planned, "plan"),
        }
        print_json(whole | {"outcome": document(done, "outcome")})


def _plan(planned: DryRun | None) -> dict[str, Any]:
    if planned is None:
        return {}
    return plain(planned.outcome) | {"by_topic": dict(planned.by_topic)}
