"""`academy replay` and `academy review`: live a year again, then compare with what was published."""

from typing import Annotated

import typer

from academy.commands.choices import AsJson, state_folder
from academy.commands.output import MISMATCH, console, print_json, width
from academy.replay.command import replay as live_again
from academy.review.command import review as compare
from academy.screen import Screen

GatewayOption = Annotated[str | None, typer.Option(help="Base address of a gateway elsewhere.")]


def replay(
    name: Annotated[str, typer.Argument(help="Which replay, e.g. reach-2020-21.")],
    *,
    gateway: GatewayOption = None,
    again: Annotated[bool, typer.Option("--again", help="Send every step once more, which changes nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Live a year again through the services' own interfaces; done once, it is not done twice."""
    out = console(as_json=as_json)
    code = live_again(name, gateway=gateway or gateway_here(out), console=out, again=again)
    if as_json:
        print_json({"replay": name, "code": code})
    raise typer.Exit(code)


def review(*, gateway: GatewayOption = None, as_json: AsJson = False) -> None:
    """Compare the services' reports with the published review; 1 where a figure differs."""
    address = gateway or gateway_here(console(as_json=as_json))
    raise typer.Exit(compare(gateway=address, as_json=as_json, console=Screen(highlight=False, width=width())))


def gateway_here(out: Screen) -> str:
    """The gateway of this folder's platform; ends the command where none runs."""
    part = state_folder().read().parts.get("gateway")
    if part is None:
        out.print("no platform runs here: `academy up --clock replay` first, or name one with --gateway")
        raise typer.Exit(MISMATCH)
    return part.address
