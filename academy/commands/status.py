"""`academy status`: what runs, and whether it is well."""

import asyncio
from dataclasses import dataclass

import httpx
import typer

from academy.commands.choices import AsJson, state_folder
from academy.commands.output import MISMATCH, OK, console, print_json, rows_table
from academy.local.processes import is_same_process
from academy.local.readiness import accepts_connections, answers_now
from academy.local.state import Part, State
from academy.screen import Cell, coloured


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part as found just now."""

    name: str
    address: str
    pid: int | None
    health: str

    @property
    def well(self) -> bool:
        """Ready to be used."""
        return self.health == "ready"


def status(*, as_json: AsJson = False) -> None:
    """Show every part with its health; 1 when any is not well or none runs."""
    out, state = console(as_json=as_json), state_folder().read()
    found = asyncio.run(healths(state))
    if as_json:
        rows = [{"name": f.name, "address": f.address, "pid": f.pid, "health": f.health} for f in found]
        print_json({"ready": state.ready, "clock": state.clock, "parts": rows})
    elif not found:
        out.print("nothing runs here; `academy up` starts it")
    else:
        out.print(rows_table(("part", "address", "pid", "health"), (_cells(f) for f in found)))
    raise typer.Exit(OK if found and all(f.well for f in found) else MISMATCH)


async def healths(state: State) -> list[PartHealth]:
    """All parts asked at once."""
    async with httpx.AsyncClient(trust_env=False, timeout=3) as client:
        return list(await asyncio.gather(*(_health(client, name, part) for name, part in state.parts.items())))


async def _health(client: httpx.AsyncClient, name: str, part: Part) -> PartHealth:
    return PartHealth(name, part.address, part.pid, await _verdict(client, name, part))


async def _verdict(client: httpx.AsyncClient, name: str, part: Part) -> str:
    if part.pid is not None and part.started_at is not None and not is_same_process(part.pid, part.started_at):
        return "not running"
    if name == "supervisor":
        return "ready"
    if part.source == "environment" and part.address.startswith("http"):
        well = await answers_now(client, f"{part.address}/.well-known/openid-configuration")
    elif part.address.startswith("http"):
        well = await answers_now(client, f"{part.address}/{'ping' if name == 'gateway-admin' else 'readyz'}")
    else:
        well = await accepts_connections(part.address)
    return "ready" if well else "does not answer"


def _cells(found: PartHealth) -> tuple[Cell, ...]:
    health = coloured((found.health, "green" if found.well else "red"))
    return found.name, found.address, str(found.pid or ""), health
