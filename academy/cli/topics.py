"""`academy topics`: the declared topics and rights against the cluster's."""

import os
import secrets
from collections.abc import Coroutine, Iterable
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, USAGE, console, print_json
from academy.cli.reaching import end, kafka, kafka_brokers, run_or_end, topic_prefix
from academy.cli.screen import Screen, coloured
from academy.operations import topic_access
from academy.operations.access import KAFKA, KAFKA_ADMIN_PASSWORD
from academy.operations.wiring import dead_letter_topics
from shared.contracts.subscribers import OPS
from shared.contracts.topics import TOPICS, Topic
from shared.messaging import topics
from shared.messaging.access import Access, AccessUnknown, Drift
from shared.messaging.cluster import Login
from shared.settings import KAFKA_ADMIN

T = TypeVar("T")

app = typer.Typer(help="The declared topics and rights: apply, check, access, admit, expel.", no_args_is_help=True)


@app.command()
def check(*, as_json: AsJson = False) -> None:
    """Compare partitions, replicas, retention, rights and the rest with what is declared; 1 where something differs."""
    out = console(as_json=as_json)

    async def work() -> tuple[topics.Differences, Drift]:
        cluster, prefix = kafka(out), topic_prefix()
        found = await topics.check(cluster, _all(), brokers=kafka_brokers(out), prefix=prefix)
        return found, await topic_access.check(cluster, prefix=prefix) if cluster.login else Drift()

    _tell(*_done(work(), out), out, as_json=as_json)


@app.command()
def apply(*, as_json: AsJson = False) -> None:
    """Make what is missing, raise what is too low, give each user its rights; 1 where something is left to do by hand.

    What is kept is never lowered. Rights nobody declared are taken from declared users, and only told of others.
    """
    out = console(as_json=as_json)

    async def work() -> tuple[topics.Differences, Drift]:
        cluster, prefix = kafka(out, KAFKA_ADMIN), topic_prefix()
        left = await topics.apply(cluster, _all(), brokers=kafka_brokers(out), prefix=prefix)
        return left, await topic_access.apply(cluster, prefix=prefix) if cluster.login else Drift()

    _tell(*_done(work(), out), out, as_json=as_json)


@app.command()
def access(*, as_json: AsJson = False) -> None:
    """Who may read and write which topic, as declared; 1 where the cluster differs."""
    out = console(as_json=as_json)
    users, rows = topic_access.table(topic_access.declared())
    cluster = kafka(out)
    drift = _done(topic_access.check(cluster, prefix=topic_prefix()), out) if cluster.login else Drift()
    if as_json:
        print_json(
            {"access": {topic: {u: m for u, m in may.items() if m} for topic, may in rows}, "drift": drift.lines()}
        )
    table = Table("topic", *users)
    for topic, may in rows:
        table.add_row(topic, *(may[user] for user in users))
    out.print(table)
    if not cluster.login:
        out.print(coloured(("this Kafka asks nobody for a password: everybody may do everything", "red")))
    _tell_access(drift, out)
    raise typer.Exit(OK if cluster.login and not drift.lines() else MISMATCH)


@app.command()
def admit(
    user: Annotated[str, typer.Argument(help="`ops`, or a subscriber of shared/contracts/subscribers.py.")],
) -> None:
    """Give a user of Kafka a new password, printed this once, and the rights that are declared for it."""
    out = console(as_json=False)
    if user not in topic_access.GUESTS:
        end(out, f"nobody is called {user!r}; there are {', '.join(topic_access.GUESTS)}", USAGE)
    cluster = kafka(out, KAFKA_ADMIN)
    if KAFKA not in os.environ or cluster.login is None:
        kept = state_folder().path / "secrets" / f"kafka-{user}"
        end(out, f"set {KAFKA} and {KAFKA_ADMIN_PASSWORD}; a platform of this folder keeps the password in {kept}")
    password = secrets.token_urlsafe(24)
    login = Login(topic_prefix() + user, password)
    left = _done(topic_access.admit(cluster, user, login, prefix=topic_prefix()), out)
    out.print(password)
    _tell_access(left, out)
    raise typer.Exit(MISMATCH if left.lines() else OK)


@app.command()
def expel(
    user: Annotated[str, typer.Argument(help="A service, `ops`, a subscriber, or whoever `check` tells of.")],
) -> None:
    """Take a user's rights and password away, at once; a service gets new ones from `migrate`, others from `admit`."""
    out = console(as_json=False)
    if user == KAFKA_ADMIN:
        end(out, f"{KAFKA_ADMIN} cannot be expelled: nobody could let anybody in again", USAGE)
    cluster = kafka(out, KAFKA_ADMIN)
    _done(Access(cluster).expel(topic_prefix() + user), out)
    out.print(f"{user} may do nothing and is not let in any more")


def _done(work: Coroutine[Any, Any, T], out: Screen) -> T:
    try:
        return run_or_end(work, out)
    except topics.BrokersAmiss as amiss:
        end(out, str(amiss))
    except AccessUnknown as unknown:
        end(out, f"Kafka tells {OPS} nothing of rights ({unknown}): give it an authorizer, then `academy topics apply`")


def _all() -> Iterable[Topic]:
    """What is announced, and where each service's dead letters go."""
    return (*TOPICS, *dead_letter_topics())


def _tell(found: topics.Differences, drift: Drift, out: Screen, *, as_json: bool) -> None:
    count = len(list(_all()))
    if as_json:
        told = {name: [str(d) for d in differences] for name, differences in found.items()}
        print_json({"topics": count, "drift": told, "access": drift.lines()})
    for name, differences in found.items():
        out.print(coloured((name, "red"), f": {topics.in_words(differences)}"))
    if not found:
        out.print(coloured((f"all {count} topics are as declared", "green")))
    _tell_access(drift, out)
    raise typer.Exit(MISMATCH if found or drift.lines() else OK)


def _tell_access(drift: Drift, out: Screen) -> None:
    for line in drift.lines():
        out.print(coloured((line, "red")))
