"""`academy clock`: which moment the services live in, and the end of a replay."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import uuid4

import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, console, print_json
from academy.cli.reaching import GatewayOption, end
from academy.cli.screen import Screen
from academy.local.layout import GATEWAY
from academy.local.replayed import replayed, services_behind, services_here
from academy.local.state import State
from academy.replay.client import Gateway, Stopped
from academy.services import SERVICES
from shared.clock import in_words
from shared.london import day_of

app = typer.Typer(help="The moment the services live in; `set now` ends a replay.")


class Target(StrEnum):
    """What the clock is set to: no other moment, for it is never set back."""

    now = "now"


@app.callback(invoke_without_command=True)
def show(context: typer.Context, *, gateway: GatewayOption = None, as_json: AsJson = False) -> None:
    """Show which moment the services live in; 1 where none runs here."""
    if context.invoked_subcommand is not None:
        return
    out = console(as_json=as_json)
    services = services_behind(gateway) if gateway else services_here(_running(out))
    moments = asyncio.run(replayed(services))
    if as_json:
        print_json({"replaying": bool(moments), "services": {name: m.isoformat() for name, m in moments.items()}})
    out.print(in_words(max(moments.values())) if moments else _real_time())
    raise typer.Exit(OK)


@app.command(name="set")
def set_(
    target: Annotated[Target, typer.Argument(help="`now`: end the replay.")],
    *,
    gateway: GatewayOption = None,
    as_json: AsJson = False,
) -> None:
    """End the replay, for good: the services go on in real time on the same data, and what is due by now is done."""
    del target
    out = console(as_json=as_json)
    address = gateway or _replaying_here(out)
    if address:
        try:
            asyncio.run(_end(address))
        except Stopped as why:
            end(out, f"the replay is not ended everywhere: {why}; say it again", MISMATCH)
    if as_json:
        print_json({"replaying": False, "moment": datetime.now(UTC).isoformat()})
    out.print(_real_time())
    raise typer.Exit(OK)


def _running(out: Screen) -> State:
    """Of the platform of this folder; ends the command where none runs."""
    folder = state_folder()
    state = folder.read()
    if GATEWAY not in state.parts:
        end(out, f"nothing runs in {folder.path}: `academy up` starts it")
    return state


def _replaying_here(out: Screen) -> str | None:
    """The gateway of this folder's platform; None where it lives in real time."""
    state = _running(out)
    return None if state.clock == "system" else state.parts[GATEWAY].address


async def _end(address: str) -> None:
    """One service after the other: an event of one that has gone on takes the next along."""
    async with Gateway(address) as gateway:
        token = await gateway.token("replay")
        for service in SERVICES:
            headers = {"Idempotency-Key": str(uuid4())}
            await gateway.call("POST", f"/{service}/v1/clock/end", token=token, headers=headers)


def _real_time() -> str:
    day = day_of(datetime.now(UTC))
    return f"real time: it is {day.day} {day:%B %Y} here"
