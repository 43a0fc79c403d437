"""Acts on events that stand still: shown first, then asked for or told by `--yes`, then done to what was shown."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import typer

from academy.commands.output import USAGE, console, print_json
from academy.commands.reaching import ask, end
from academy.commands.telling import document, many, plain, show_kinds, troubles, waiting
from academy.operations.acts import MOST, Intent, Rehearsal, Verb, perform, rehearse
from academy.operations.answers import Outcome
from academy.operations.services import Services, Told
from academy.screen import Screen, coloured

EventOption = Annotated[list[UUID] | None, typer.Option("--event", help="An event's id; may be repeated.")]
TopicOption = Annotated[str | None, typer.Option("--topic", help="All of this topic.")]
ErrorOption = Annotated[str | None, typer.Option("--error-class", help="All with this error, as `list` shows it.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the act and your name.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]

_SHORTEST_REASON = 3
_DONE = {
    Verb.REPLAY: "will be tried again within seconds, what waits behind follows: `academy dlq list --state retry`",
    Verb.SKIP: "skipped for good; what waited behind goes on within seconds",
    Verb.ACCEPT_GAP: "waits no longer for what is missing; it is next on its key, which goes on within seconds",
    Verb.RETRY_PARKED: "will be sent again within seconds: `academy outbox parked` shows what Kafka refuses again",
    Verb.SKIP_PARKED: "replaced by markers; what waited behind goes out within seconds",
    Verb.DROP: "dropped for good; the copies in the dead-letter topics stay as long as those keep anything",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """Whom it concerns, and how to talk about it."""

    services: Sequence[str] | None
    yes: bool
    as_json: bool


def act(intent: Intent, manner: Manner) -> None:
    """Rehearse, ask, do; ends the command. Without a terminal and without `--yes` it only counts."""
    out = console(as_json=manner.as_json)
    _demand(intent, out)
    rehearsed = ask(manner.services, out, lambda services: rehearse(services, intent))
    code = _show(rehearsed, intent.noun, out)
    found = sum(len(t.value.outcome.event_ids) for t in rehearsed if t.value)
    if not found or not agreed(manner, out):
        _tell(intent, rehearsed, [], manner)
        raise typer.Exit(code)
    names = [t.service for t in rehearsed if t.value and t.value.outcome.event_ids]

    async def do(services: Services) -> list[Told[Outcome | None]]:
        return await perform(services, intent, rehearsed)

    done = ask(names, out, do)
    for told in done:
        if told.value:
            out.print(f"{told.service}: {many(len(told.value.event_ids), intent.noun)} {_DONE[intent.verb]}")
    _tell(intent, rehearsed, done, manner)
    raise typer.Exit(troubles(done, out) or code)


def agreed(manner: Manner, out: Screen) -> bool:
    """Told so, or asked at a terminal and answered so."""
    if manner.yes:
        return True
    if manner.as_json or not sys.stdin.isatty():
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


def _demand(intent: Intent, out: Screen) -> None:
    check_reason(intent.reason, out)
    if not intent.selects:
        end(out, "say which events: --event ID, --topic TOPIC or --error-class CLASS", USAGE)
    if len(intent.event_ids) > MOST:
        end(out, f"{MOST} events are the most at once", USAGE)


def _show(rehearsed: Sequence[Told[Rehearsal]], noun: str, out: Screen) -> int:
    for told in rehearsed:
        if told.value is not None:
            _show_one(told.service, told.value, noun, out)
    code = troubles(rehearsed, out)
    if not any(t.value and t.value.outcome.event_ids for t in rehearsed):
        out.print(f"no {noun} that stands still matches")
    return code


def _show_one(service: str, rehearsal: Rehearsal, noun: str, out: Screen) -> None:
    count = len(rehearsal.outcome.event_ids)
    if count:
        out.print(coloured((service, "bold"), f": {many(count, noun)}; {waiting(rehearsal.outcome.waiting_behind)}"))
        show_kinds(rehearsal.events, out)
    if rehearsal.more:
        out.print(f"  {MOST} are the most at once: afterwards say it again for the rest")


def _tell(
    intent: Intent, rehearsed: Sequence[Told[Rehearsal]], done: Sequence[Told[Outcome | None]], manner: Manner
) -> None:
    """One document: what would be done, and what was."""
    if manner.as_json:
        planned = [Told(t.service, _plan(t.value), t.trouble) for t in rehearsed]
        whole: dict[str, Any] = {"act": intent.verb, "done": bool(done), "planned": document(planned, "plan")}
        print_json(whole | {"outcome": document(done, "outcome")})


def _plan(rehearsal: Rehearsal | None) -> dict[str, Any]:
    if rehearsal is None:
        return {}
    return plain(rehearsal.outcome) | {"by_topic": dict(rehearsal.by_topic)}
