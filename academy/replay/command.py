"""`academy replay NAME`: live a year again through the services' own interfaces."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import uvloop

from academy.replay.client import Gateway, Stopped
from academy.replay.cost import cost_table, sample
from academy.replay.plan.reach import Reach, reach_of
from academy.replay.plan.script import script
from academy.replay.plan.year import REVIEW_YEAR, YEAR_CLOSED, Year, reach_2020_21
from academy.replay.progress import follow
from academy.replay.sender import Sender
from academy.replay.settling import delivery, settle, tick
from academy.screen import Screen

OK, MISMATCH, USAGE = 0, 1, 2

YEARS: Mapping[str, Callable[[], Year]] = MappingProxyType({"reach-2020-21": reach_2020_21})
"""The years that can be lived again."""


def replay(name: str, *, gateway: str, console: Screen, again: bool = False) -> int:
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
        console.print("Started again it goes on where it stopped; what is done stays done.")
        return MISMATCH
    return OK


async def _replay(year: Year, address: str, console: Screen, *, again: bool) -> None:
    async with Gateway(address) as gateway:
        token = await gateway.token("replay")
        if not again and await _is_there(year, gateway, token):
            console.print("This year is already replayed here; nothing was sent.")
            return
        before, started = sample(), time.monotonic()
        await _send(year, gateway, token, console)
        sent = time.monotonic() - started
        await tick(gateway, token, YEAR_CLOSED)
        console.print("Waiting until every event and every mail has arrived …")
        await settle(gateway, await gateway.token("ops"))
        reach = reach_of(year)
        _report(Times(sent, time.monotonic() - started, gateway.repeated), reach, console)
        console.print(cost_table(before, sample(), reach.enrolments))


async def _send(year: Year, gateway: Gateway, token: str, console: Screen) -> None:
    steps = script(year)
    with follow(steps, console) as following:
        await Sender(gateway, token, following.done).send(steps)


async def _is_there(year: Year, gateway: Gateway, token: str) -> bool:
    """Whether an earlier replay went through: the reach is there, and its very last step was published."""
    first, last = REVIEW_YEAR
    path = f"/enrolment/v1/reports/reach?from={first}&to={last}&audience=internal&profile=annual_review"
    told, planned = await gateway.call("GET", path, token=token), reach_of(year)
    figures = (told["interventions"], told["enrolments"], told["attended"])
    if figures != (planned.interventions, planned.enrolments, planned.attended):
        return False
    published = (await delivery(gateway, token)).services["enrolment"]["events_published"]
    return bool(published.get("enrolment.activity"))


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
