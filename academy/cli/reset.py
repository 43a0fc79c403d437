"""`academy reset`: forget everything that was recorded here."""

import asyncio
import shutil
from typing import Annotated

import typer

from academy.cli.choices import AsJson, state_folder
from academy.cli.down import stop_all, tell_stopped
from academy.cli.output import OK, USAGE, console, print_json
from academy.local.postgres import Postgres
from academy.local.state import StateFolder

_KEPT = frozenset({"downloads"})


def reset(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Yes, delete the databases, events and mails.")] = False,
    as_json: AsJson = False,
) -> None:
    """Stop, then delete databases, events, mails, keys and logs; downloads stay."""
    out, folder = console(as_json=as_json), state_folder()
    if not yes:
        out.print(f"this deletes all that was recorded under {folder.path}; say --yes to do it")
        raise typer.Exit(USAGE)
    stopped = asyncio.run(stop_all(folder))
    deleted = _empty(folder)
    if as_json:
        print_json({"stopped": stopped, "removed": deleted})
    tell_stopped(stopped, folder, out)
    out.print(f"deleted in {folder.path}: {', '.join(deleted)}" if deleted else "there was nothing to delete")
    raise typer.Exit(OK)


def _empty(folder: StateFolder) -> list[str]:
    if not folder.path.exists():
        return []
    Postgres(folder, port=0).remove_data()
    doomed = [entry for entry in sorted(folder.path.iterdir()) if entry.name not in _KEPT]
    for entry in doomed:
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return [entry.name for entry in doomed]
