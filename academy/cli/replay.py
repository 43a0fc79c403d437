"""`academy replay NAME`: a year replayed through the services' own interfaces."""

import time
from dataclasses import dataclass
from typing import Annotated

import typer
import uvloop

from academy.cli.choices import AsJson, state_folder
from academy.cli.output import MISMATCH, OK, USAGE, console, print_json
from academy.cli.progress import follow
from academy.cli.reaching import GatewayOption, gateway_here
from academy.cli.screen import Screen
from academy.hints import as_called
from academy.replay.client import Gateway, Refused, Stopped
from academy.replay.cost import cost_table, sample
from academy.replay.plan.reach import Reach, reach_of
from academy.replay.plan.script import script
from academy.replay.plan.year import YEAR_CLOSED, Year
from academy.replay.sender import Sender
from academy.replay.settling import settle, tick
from academy.replay.years import YEARS, is_replayed
from shared.clock import ReplayEnded, TimeShiftRefused

_IN_REAL_TIME = {
    TimeShiftRefused.code: "This platform runs on the system clock: `academy down`, then `academy up --clock replay`.",
    ReplayEnded.code: "The replay has ended here, for good: `academy reset --yes` deletes what is recorded, "
    "then `academy up --clock replay`.",
}


def replay(
    name: Annotated[str, typer.Argument(help="Which replay, e.g. reach-2020-21.")],
    *,
    gateway: GatewayOption = None,
    again: Annotated[bool, typer.Option("--again", help="Send every step once more, which changes nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Live a year again through the services' own interfaces; done once, it is not done twice."""
    out = console(as_json=as_json)
    code = replay_year(name, gateway=gateway or gateway_here(out), console=out, again=again)
    if as_json:
        print_json({"replay": name, "code": code})
    raise typer.Exit(code)


def replay_year(name: str, *, gateway: str, console: Screen, again: bool = False) -> int:
    """Replay a year; `again` sends every step once more though all are there, which changes nothing.

    0 replayed or replayed already, 1 refused or stuck, 2 no such year.
    """
    if name not in YEARS:
        console.print(f"There is no year {name!r} to replay; there is: {', '.join(YEARS)}.")
        return USAGE
    try:
        uvloop.run(_replay(YEARS[name](), gateway, console, again=again))
    except Stopped as why:
        console.print(f"The replay stopped: {why}", style="bold red", highlight=False)
        console.print(as_called(_what_next(why)))
        return MISMATCH
    return OK


def _what_next(why: Stopped) -> str:
    """A platform in real time refuses a replay however often it is started."""
    if isinstance(why, Refused) and why.code in _IN_REAL_TIME:
        return _IN_REAL_TIME[why.code]
    return "Started again it goes on where it stopped; what is done stays done."


async def _replay(year: Year, address: str, console: Screen, *, again: bool) -> None:
    async with Gateway(address) as gateway:
        token = await gateway.token("replay")
        if not again and await is_replayed(year, gateway, token):
            console.print("This year is already replayed here; nothing was sent.")
            return
        before, started = sample(_pids()), time.monotonic()
        await _send(year, gateway, token, console)
        sent = time.monotonic() - started
        await tick(gateway, token, YEAR_CLOSED)
        console.print("Waiting until every event and every mail has arrived …")
        await settle(gateway, await gateway.token("ops"))
        reach = reach_of(year)
        _report(Times(sent, time.monotonic() - started, gateway.repeated), reach, console)
        console.print(cost_table(before, sample(_pids()), reach.enrolments))


def _pids() -> dict[str, int | None]:
    return {name: part.pid for name, part in state_folder().read().parts.items()}


async def _send(year: Year, gateway: Gateway, token: str, console: Screen) -> None:
    steps = script(year)
    with follow(steps, console) as following:
        await Sender(gateway, token, following.done).send(steps)


@dataclass(frozen=True, slots=True)
class Times:
    """How long a replay took: until the last answer, until everything had arrived; and calls repeated on the way."""

    sent_seconds: float
    seconds: float
    repeated: int


def _report(times: Times, reach: Reach, console: Screen) -> None:
    rate = reach.enrolments / times.seconds
    console.print(
        f"{reach.enrolments:,} enrolments in {times.seconds:.1f} seconds, {rate:.0f} a second from call to mail; "
        f"the last answer came after {times.sent_seconds:.1f} seconds.",
        highlight=False,
    )
    if times.repeated:
        console.print(f"{times.repeated} calls were repeated while a service was away.", highlight=False)
