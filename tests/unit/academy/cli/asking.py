"""The command before a gateway of the test's own."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner, Result

from academy.__main__ import app
from tests.unit.replay.gateways import Server


async def said(server: Server, words: Sequence[str], folder: Path) -> Result:
    """What the command shows on a terminal that is wide enough."""
    known = {"ACADEMY_STATE": str(folder), "ACADEMY_URL": server.address, "ACADEMY_TOKEN": "t", "COLUMNS": "2000"}
    return await asyncio.to_thread(CliRunner().invoke, app, words, env=known)
