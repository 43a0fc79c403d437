"""`academy up`: start the platform and stay with it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated

import typer

from academy.cli.choices import AsJson, ClockChoice, plan_for
from academy.cli.hosting import host
from academy.cli.output import MISMATCH, OK, PROGRESS, USAGE, addresses_table, console, print_json, print_log
from academy.cli.reaching import end
from academy.cli.screen import Screen, coloured
from academy.hints import as_called, program
from academy.local.layout import ROOT, Plan, YearAlreadyReplayed
from academy.local.platform import Platform
from academy.local.state import State, StateFolder
from academy.local.state_lock import AlreadyRunning, StateLock

_DETACHED_SECONDS = 300.0


def up(
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return once everything is up.")] = False,
    split: Annotated[
        bool, typer.Option("--split", help="Run api, consumer and relay as processes of their own.")
    ] = False,
    clock: Annotated[ClockChoice | None, typer.Option(help="Live in real time, or in the time of a replay.")] = None,
    as_json: AsJson = False,
) -> None:
    """Start the platform and stay; Ctrl-C stops everything."""
    out = console(as_json=as_json)
    try:
        plan = plan_for(clock=clock, split=split)
    except YearAlreadyReplayed as refusal:
        end(out, str(refusal), USAGE)
    raise typer.Exit(_detached(plan, out, as_json=as_json) if detach else _attached(plan, out, as_json=as_json))


def _attached(plan: Plan, out: Screen, *, as_json: bool) -> int:
    async def tell_and_wait(platform: Platform) -> int:
        _tell(plan.folder.read(), out, as_json=as_json)
        await platform.until_given_up()

    return host(plan, out, tell_and_wait)


def _detached(plan: Plan, out: Screen, *, as_json: bool) -> int:
    """A process apart from this terminal, written to a log; we wait until it says that it is ready."""
    plan.folder.create()
    try:
        StateLock(plan.folder).must_be_free()
    except AlreadyRunning as refusal:
        out.print(coloured(("✗", "red"), f" {as_called(str(refusal))}"))
        return MISMATCH
    log = plan.folder.log("supervisor")
    argv = [sys.executable, "-m", "academy", "up", "--clock", plan.clock, *(["--split"] if plan.split else [])]
    log.write_bytes(b"")
    out.print(f"starting; the log is {log}")
    with log.open("ab") as sink:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            cwd=ROOT,
            env=dict(plan.environment) | {"ACADEMY_STATE": str(plan.folder.path)},
        )
    if _became_ready(plan.folder, child, log, out):
        _tell(plan.folder.read(), out, as_json=as_json)
        return OK
    child.terminate()
    child.wait()
    out.print(f"the platform did not come up; {log} says:")
    print_log(log.read_text(errors="replace"), out)
    return MISMATCH


def _became_ready(folder: StateFolder, child: "subprocess.Popen[bytes]", log: Path, out: Screen) -> bool:
    """As soon as it is, each finished step told on the way."""
    deadline = time.monotonic() + _DETACHED_SECONDS
    with log.open(errors="replace") as said:
        while child.poll() is None and time.monotonic() < deadline:
            state = folder.read()
            _tell_steps(said, out)
            if state.ready and state.parts["supervisor"].pid == child.pid:
                return True
            time.sleep(0.1)
    return False


def _tell_steps(said: IO[str], out: Screen) -> None:
    for line in said:
        if line.startswith(PROGRESS):
            out.print(line.rstrip())


def _tell(state: State, out: Screen, *, as_json: bool) -> None:
    if as_json:
        print_json({name: asdict(part) for name, part in state.parts.items()})
    out.print(addresses_table(state))
    out.print()
    out.print("What to try next")
    for what, why in _next(state):
        out.print(f"  {what}")
        out.print(f"      {why}")


def _next(state: State) -> Iterator[tuple[str, str]]:
    yield (
        f"{state.parts['gateway'].address}/",
        "the pages: sign in as whom you like; API documents, mailbox, review",
    )
    yield f"{program()} token programme-lead", "a token to call the APIs with"
    if state.clock == "replay":
        yield f"{program()} replay reach-2020-21", "replay the year 2020/21"
    yield f"{program()} down", "stop (or Ctrl-C here)"
