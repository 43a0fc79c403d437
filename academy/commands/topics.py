"""`academy topics`: the declared topics against the cluster's."""

from collections.abc import Awaitable, Callable, Iterable

import typer

from academy.commands.choices import AsJson
from academy.commands.output import MISMATCH, OK, console, print_json
from academy.commands.reaching import end, kafka_address, kafka_brokers, topic_prefix, unhindered
from academy.operations.wiring import dead_letter_topics
from academy.screen import Screen, coloured
from shared.contracts.topics import TOPICS, Topic
from shared.messaging import topics
from shared.messaging.kafka import TopicRefused

app = typer.Typer(help="The declared topics: apply, check.", no_args_is_help=True)


@app.command()
def check(*, as_json: AsJson = False) -> None:
    """Compare partitions, replicas, retention and the rest with what is declared; 1 where something differs."""
    out = console(as_json=as_json)
    _tell(_with(out, topics.check), out, as_json=as_json)


@app.command()
def apply(*, as_json: AsJson = False) -> None:
    """Make what is missing and raise what is too low, nothing ever down; 1 where something is left to mend by hand."""
    out = console(as_json=as_json)
    _tell(_with(out, topics.apply), out, as_json=as_json)


def _with(out: Screen, work: Callable[..., Awaitable[topics.Differences]]) -> topics.Differences:
    async def run() -> topics.Differences:
        return await work(kafka_address(out), _all(), brokers=kafka_brokers(out), prefix=topic_prefix())

    try:
        return unhindered(run(), out)
    except topics.BrokersAmiss as amiss:
        end(out, str(amiss))
    except TopicRefused as refused:
        end(out, f"Kafka will not make {refused}")


def _all() -> Iterable[Topic]:
    """What is announced, and where each service's dead letters go."""
    return (*TOPICS, *dead_letter_topics())


def _tell(drift: topics.Differences, out: Screen, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"topics": len(list(_all())), "drift": {name: [str(d) for d in found] for name, found in drift.items()}}
        )
    for name, differences in drift.items():
        out.print(coloured((name, "red"), f": {topics.in_words(differences)}"))
    if not drift:
        out.print(coloured((f"all {len(list(_all()))} topics are as declared", "green")))
    raise typer.Exit(MISMATCH if drift else OK)
