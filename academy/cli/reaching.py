"""How the ops verbs reach the academy: which services, as whom, and one clear line where they cannot."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from academy.cli.choices import state_folder
from academy.cli.output import MISMATCH, USAGE
from academy.cli.screen import Screen
from academy.hints import as_called
from academy.local.running import running_platform
from academy.operations import access
from academy.operations.access import CliError, RunningPlatform
from academy.operations.services import Services
from academy.services import SERVICES
from shared.contracts.subscribers import OPS
from shared.messaging.cluster import Cluster
from shared.messaging.kafka import KafkaUnavailable, TopicRefused

T = TypeVar("T")

ServiceOption = Annotated[
    list[str] | None, typer.Option("--service", help=f"Of {', '.join(SERVICES)}; may be repeated; all by default.")
]

GatewayOption = Annotated[str | None, typer.Option("--gateway", help="Base address of a gateway elsewhere.")]


def ask(names: Sequence[str] | None, out: Screen, work: Callable[[Services], Awaitable[T]]) -> T:
    """Run `work` with a client of the services; ends the command with one line when nobody can be asked."""

    async def run() -> T:
        found = access.access(os.environ, here())
        async with Services(found, chosen(names, out)) as services:
            return await work(services)

    return run_or_end(run(), out)


def run_or_end(work: Coroutine[Any, Any, T], out: Screen) -> T:
    """What `work` returns; an error is said in a line."""
    try:
        return asyncio.run(work)
    except CliError as error:
        end(out, str(error))
    except KafkaUnavailable as away:
        where, how = kafka(out), f"fix {access.KAFKA} or the password"
        end(out, f"Kafka at {where} does not answer, or lets nobody in ({away}): start it, or {how}")
    except TopicRefused as refused:
        end(out, f"Kafka will not make, alter or describe this topic for us: {refused}")


def kafka(out: Screen, user: str = OPS) -> Cluster:
    """Kafka, entered as that user; ends the command where none is known."""
    try:
        return access.kafka(os.environ, here, user)
    except CliError as error:
        end(out, str(error))


def kafka_brokers(out: Screen) -> int:
    """How many brokers the cluster is declared to have; ends the command where that is no number."""
    try:
        return access.brokers(os.environ, here())
    except CliError as error:
        end(out, str(error), USAGE)


def here() -> RunningPlatform:
    """The platform of this state folder."""
    return running_platform(state_folder())


def gateway_here(out: Screen) -> str:
    """The gateway of this folder's platform; ends the command where none runs."""
    gateway = here().gateway
    if gateway is None:
        end(
            out,
            f"no platform runs in {state_folder().path}: `academy up --clock replay` first, or name one with --gateway",
        )
    return gateway


def topic_prefix() -> str:
    """What stands before every topic on the cluster of a test run."""
    return os.environ.get("ACADEMY_TOPIC_PREFIX", "")


def chosen(names: Sequence[str] | None, out: Screen) -> Sequence[str]:
    """The services asked for, all by default; a name nobody bears is a slip of the pen."""
    for name in names or ():
        if name not in SERVICES:
            end(out, f"no service is called {name!r}; there are {', '.join(SERVICES)}", USAGE)
    return list(dict.fromkeys(names or SERVICES))


def end(out: Screen, line: str, code: int = MISMATCH) -> NoReturn:
    """Say it and stop."""
    out.print(as_called(line))
    raise typer.Exit(code)
