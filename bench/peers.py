"""The nearest peer, faststream-outbox, over the same rows in the same run, in a virtual environment of its own."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from academy.local.layout import ROOT
from bench.drain import ROWS, drain, stock
from bench.enrolled import TOPIC
from bench.measure import Measure
from bench.stage import Stage
from shared.messaging.cluster import Cluster, Login

_HERE = Path(__file__).parent
_LOCK = _HERE / "peers.txt"
_ROUNDS = 3
_ENVIRONMENTS = ROOT / ".academy" / "bench-peers"

_SETTINGS: Mapping[str, tuple[int, Mapping[str, Any]]] = MappingProxyType(
    {
        "as_it_comes": (2_000, {}),
        "tuned": (
            20_000,
            {
                "max_workers": 32,
                "fetch_batch_size": 500,
                "terminal_flush_batch_size": 100,
                "min_fetch_interval": 0.01,
                "max_fetch_interval": 0.1,
            },
        ),
    }
)
"""Rows, fewer where it is slow, and settings; several workers take a key's events out of order."""


class PeerFailed(Exception):
    """The peer could not be installed, or did not relay; the message is what it said."""


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """Its rate, and as the limit that of our own relay over the same rows beforehand."""
    python, kafka = await _environment(), Cluster.heard(stage.kafka)
    login = kafka.login or Login("", "")
    async with stage.room("enrolment", TOPIC) as room, room.connected() as db:
        await stock(room.database)
        async with room.role("relay"):
            ours = ROWS / min([await drain(room, db) for _ in range(_ROUNDS)])
        for name, (rows, settings) in _SETTINGS.items():
            arguments = {
                "database": room.database,
                "kafka": kafka.bootstrap,
                "user": login.user,
                "password": login.password,
                "topic": room.prefix + TOPIC,
                "rows": rows,
                "settings": settings,
            }
            seconds = json.loads(await _said((str(python), str(_HERE / "peer_relay.py"), json.dumps(arguments))))
            about = f"{rows:,} of the same rows; limit: our relay, best of {_ROUNDS}; {json.dumps(settings)}"
            yield Measure(f"peer_faststream_outbox_{name}", rows / seconds, "events/s", ours, about)


async def _environment() -> Path:
    """Its Python; installed once a lock, every package checked by hash."""
    folder = _ENVIRONMENTS / hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:12]
    python = folder / "bin" / "python"
    installed = folder / "installed"
    if not installed.exists():
        await _said((sys.executable, "-m", "venv", "--clear", str(folder)))
        pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
        await _said((*pip, "--requirement", str(_LOCK)))
        installed.touch()
    return python


async def _said(command: Sequence[str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complained = await process.communicate()
    if process.returncode:
        raise PeerFailed(complained.decode()[-2_000:])
    return said.decode()
