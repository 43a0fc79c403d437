"""`academy events`: the log itself — its end, its counts, whether everybody has everything, and reading it again."""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Annotated

import typer

from academy.cli.actions import OutputOptions, YesOption, agreed
from academy.cli.choices import AsJson
from academy.cli.output import MISMATCH, OK, USAGE, console, print_json
from academy.cli.reaching import ServiceOption, ask, chosen, end, kafka, run_or_end, topic_prefix
from academy.cli.screen import Cell, Screen, coloured
from academy.cli.telling import figures, many
from academy.hints import as_called
from academy.operations import audit as auditing
from academy.operations import rewinding
from academy.operations.audit import Line
from academy.operations.counts import TopicCount, count_topics
from academy.operations.kafka_log import Log, LogRecord
from academy.operations.responses import short_type
from academy.operations.services import Services
from academy.operations.tail import Wish, document, shown_payload
from academy.operations.tail import tail as read_tail
from academy.operations.wiring import dead_letter_topics
from shared.contracts.topics import OPEN, TOPICS
from shared.messaging.wire import Event
from shared.text import escaped

TopicsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[TOPIC]...", help="All announced ones by default.")
]

_COMPLETE = coloured(
    ("every key's versions are 1, 2, 3 …, each one event", "green"), " (topics that forget: in rising order)"
)
_HINTS = {
    "deferred": "a reader could not apply them: `academy dlq list`, with `--state retry` and `--state gap`",
    "parked": "Kafka refuses them: `academy outbox parked`",
    "missing": "nowhere to be found: keep everything as it is, see the runbook `events-do-not-arrive`",
    "ahead": "a reader knows more than their owner, whose database was set back: publish nothing until it is fixed",
    "unknown": "a service did not answer",
    "exempt": "the topic keeps its events for days only, so that counts may differ",
}
_WITHHELD = "withheld"
_SHORT_ID = 8
_WIDE = 150

app = typer.Typer(help="The log: tail, count, audit, rewind.", no_args_is_help=True)


@app.command()
def tail(
    topics: TopicsArgument = None,
    *,
    key: Annotated[str | None, typer.Option(help="One person's, cohort's or other key's only, in open topics.")] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="From the first record on.")] = False,
    number: Annotated[int, typer.Option("-n", "--number", min=0, help="How many of the last.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="And what comes, until Ctrl-C.")] = False,
    payload: Annotated[bool, typer.Option("--payload", help="With the payload, where the topic is open.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document a line.")] = False,
) -> None:
    """Show the last records, a line each: when, topic, partition:offset, event, version, key, correlation id."""
    out = console(as_json=True)
    names = _named(topics, out) if key is None else _with_keys(topics, out)
    wish = Wish(names, key, last=None if from_start else number, follow=follow)
    cluster, show = kafka(out), Lines(wish, out, payload=payload, as_json=as_json)

    async def run() -> None:
        async with Log(cluster, prefix=topic_prefix()) as log:
            async for batch in read_tail(log, wish):
                for record in batch:
                    print(show(record), flush=follow)

    try:
        run_or_end(run(), out)
    except KeyboardInterrupt:
        raise typer.Exit(OK) from None


class Lines:
    """Makes the line of a record; on a narrow terminal ids are cut to the end that tells them apart."""

    def __init__(self, wish: Wish, out: Screen, *, payload: bool, as_json: bool) -> None:
        self._topic_width = max(map(len, wish.topics), default=0)
        self._whole_ids = not out.is_terminal or out.width >= _WIDE
        self._payload = payload
        self._as_json = as_json

    def __call__(self, record: LogRecord) -> str:
        """A line, and one for the payload."""
        if self._as_json:
            return json.dumps(document(record, payload=self._payload))
        line = f"{record.appended_at.astimezone(UTC):%m-%d %H:%M:%S} {record.topic:<{self._topic_width}} "
        line += f"{record.partition:>2}:{record.offset:<6} {self._what(record)}"
        return f"{escaped(line)}\n    {escaped(shown_payload(record))}" if self._payload else escaped(line)

    def _what(self, record: LogRecord) -> str:
        if not isinstance(record.content, Event):
            key = repr(record.key) if record.topic in OPEN else _WITHHELD
            return f"UNDECODABLE, {len(record.content.value or b'')} bytes, key {key}"
        envelope = record.content.envelope
        key = self._id(envelope.key) if record.topic in OPEN else _WITHHELD
        ids = f"{key} {self._id(envelope.correlation_id)}"
        return f"{short_type(envelope.type):<20} v{envelope.sequence:<4} {ids}"

    def _id(self, text: str) -> str:
        return text if self._whole_ids or len(text) <= 2 * _SHORT_ID else f"…{text[-_SHORT_ID:]}"


@app.command()
def count(topics: TopicsArgument = None, *, as_json: AsJson = False) -> None:
    """Read topics from the first record and count; 1 where a version is missing or was used for two events."""
    out = console(as_json=as_json)
    names, cluster = _named(topics, out), kafka(out)

    async def run() -> list[TopicCount]:
        async with Log(cluster, prefix=topic_prefix()) as log:
            return await count_topics(log, names)

    counts = run_or_end(run(), out)
    if as_json:
        print_json({"topics": [t.document() for t in counts], "well": all(t.well for t in counts)})
    else:
        _show_counts(counts, out)
    raise typer.Exit(OK if all(t.well for t in counts) else MISMATCH)


def _show_counts(counts: Sequence[TopicCount], out: Screen) -> None:
    """What is nought everywhere needs no column."""
    seldom = {
        "repeats": [t.repeats for t in counts],
        "skipped": [t.skipped for t in counts],
        "missing": [t.missing for t in counts],
        "used twice": [t.twice for t in counts],
        "unreadable": [t.undecodable for t in counts],
    }
    shown = {heading: found for heading, found in seldom.items() if any(found)}
    rows = [
        (t.topic, f"{t.records:,}", f"{t.events:,}", f"{t.keys:,}", *(f"{found[n]:,}" for found in shown.values()))
        for n, t in enumerate(counts)
    ]
    out.print(figures(("topic", "records", "events", "keys", *shown), rows, texts=("topic",)))
    ill = [t.topic for t in counts if not t.well]
    out.print(coloured((f"versions are missing or used twice in {', '.join(ill)}", "red")) if ill else _COMPLETE)


@app.command()
def audit(*, service: ServiceOption = None, as_json: AsJson = False) -> None:
    """Compare what was published with what every reader has; 1 where something is missing or stuck."""
    out = console(as_json=as_json)
    cluster, readers = kafka(out), chosen(service, out)

    async def look(services: Services) -> tuple[list[Line], dict[str, str]]:
        lines, errors = await auditing.audit(services, cluster, prefix=topic_prefix())
        return [line for line in lines if line.reader in readers], dict(errors)

    lines, errors = ask(None, out, look)
    if as_json:
        print_json({"lines": [line.document() for line in lines], "errors": errors})
    else:
        show_lines(lines, out)
    for name, error in errors.items():
        out.print(f"{name}: {error}")
    raise typer.Exit(MISMATCH if errors or not all(line.well for line in lines) else OK)


def show_lines(lines: Sequence[Line], out: Screen) -> None:
    """A row a topic and reader, and what to do about what is not well."""
    rows = [
        (
            line.topic,
            line.reader,
            _number(line.published),
            _number(line.applied),
            f"{line.deferred:,}",
            f"{line.lag:,}",
            _verdict(line),
        )
        for line in lines
    ]
    headings = ("topic", "reader", "published", "applied", "deferred", "lag", "verdict")
    out.print(figures(headings, rows, texts=("topic", "reader", "verdict")))
    verdicts = {line.verdict for line in lines}
    for verdict, hint in _HINTS.items():
        if verdict in verdicts:
            out.print(f"{verdict}: {as_called(hint)}")


def _verdict(line: Line) -> Cell:
    said = f"{line.missing} missing" if line.missing else line.verdict
    return said if line.well else coloured((said, "red"))


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


@app.command()
def rewind(
    service: Annotated[str, typer.Argument(help="Whose place in the topic.")],
    *,
    topic: Annotated[list[str], typer.Option(help="A topic it is to read again; may be repeated.")],
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for its consumers to stop.")] = 0,
    yes: YesOption = False,
    as_json: AsJson = False,
) -> None:
    """Let a stopped service read topics from their first records again; 1 while its consumers run. See the runbooks.

    What the service has applied is passed over as repeats, what it lacks is applied. To make a read model anew,
    clear it first.
    """
    out = console(as_json=as_json)
    chosen([service], out)
    cluster, prefix = kafka(out), topic_prefix()
    plan = run_or_end(rewinding.dry_run(cluster, service, topic, prefix=prefix), out)
    out.print(f"{service} would read {many(plan.records, 'record')} of {', '.join(topic)} again")
    for member in plan.members:
        out.print(coloured(("it still runs", "yellow"), f": {member}"))
    done = agreed(OutputOptions([service], yes=yes, as_json=as_json), out)
    if done:
        run_or_end(rewinding.rewind(cluster, plan, prefix=prefix, patience=wait), out)
        out.print(f"done: {service} reads {', '.join(topic)} from the beginning when it starts")
    if as_json:
        print_json(
            {"service": service, "topics": topic, "records": plan.records, "members": plan.members, "done": done}
        )
    raise typer.Exit(OK)


def _named(topics: Sequence[str] | None, out: Screen) -> tuple[str, ...]:
    """The topics asked for; all announced ones by default."""
    declared = tuple(topic.name for topic in TOPICS)
    known = (*declared, *(topic.name for topic in dead_letter_topics())) if topics else declared
    for name in topics or ():
        if name not in known:
            end(out, f"no topic is called {name!r}; there are {', '.join(declared)} and <topic>.dlt.<service>", USAGE)
    return tuple(topics or declared)


def _with_keys(topics: Sequence[str] | None, out: Screen) -> tuple[str, ...]:
    """The same where a key may be asked for: a restricted topic would tell of a person that they are in it."""
    named = _named(topics, out)
    if topics and (closed := [name for name in named if name not in OPEN]):
        end(out, f"keys of {', '.join(closed)} are withheld: leave out --key", USAGE)
    return tuple(name for name in named if name in OPEN)
