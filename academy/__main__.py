"""The `academy` command: one module for each verb. Exit codes: 0 well, 1 mismatch or unhealthy, 2 usage."""

from importlib import metadata
from typing import Annotated

import typer

from academy.cli import clock, contacts, dlq, events, outbox, streams, topics
from academy.cli.demo import demo
from academy.cli.doctor import doctor
from academy.cli.down import down
from academy.cli.replay import replay
from academy.cli.reset import reset
from academy.cli.review import review
from academy.cli.status import status
from academy.cli.token import token
from academy.cli.up import up


def _version(wanted: bool) -> None:  # noqa: FBT001 click calls it so
    if wanted:
        typer.echo(f"academy {metadata.version('midlands-leadership-academy')}")
        raise typer.Exit


app = typer.Typer(
    name="academy",
    help="The Midlands leadership academy on this machine: start it, live its year again, look at it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # else a docstring's lines are broken where they end, whatever the width
    pretty_exceptions_enable=False,
)


@app.callback()
def _command(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """What holds for every verb."""
    del version


for verb in (up, down, reset, status, doctor, token, replay, review, demo):
    app.command()(verb)
_GROUPS = {
    "clock": clock,
    "dlq": dlq,
    "outbox": outbox,
    "events": events,
    "streams": streams,
    "topics": topics,
    "contacts": contacts,
}
for name, group in _GROUPS.items():
    app.add_typer(group.app, name=name)


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
